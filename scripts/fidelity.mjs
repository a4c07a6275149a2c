#!/usr/bin/env node
/**
 * Runs recorded cells and compares: `npm run fidelity -- FILE.jsonl [--json]`.
 *
 * FILE has one cell, bash command or text editor command a line, with its result. Exit code 0 when every comparable one
 * gives the same, 1 when one does not, 2 when the file cannot be read. Runs on the built files.
 */
import { main } from './fidelity/main.mjs';

process.exitCode = await main(process.argv.slice(2));
