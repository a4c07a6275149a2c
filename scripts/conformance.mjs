#!/usr/bin/env node
/**
 * Holds recordings of the real API against callsheet: `npm run conformance -- DIR [--json]`.
 *
 * Exit code 0 when nothing differs, 1 when something does, 2 when the folder cannot be read. Runs on the built files.
 */
import { main } from './conformance/main.mjs';

process.exitCode = await main(process.argv.slice(2));
