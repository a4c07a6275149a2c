#!/usr/bin/env node
/**
 * Plays recordings to the real SDK and runs their cells again: `npm run replay:recordings -- DIR`.
 *
 * Sessions are sent request by request, each field held against the recorded one exactly and to the rules of the API;
 * recordings of responses alone are played in their order. What the SDK makes of each response has to be what was recorded,
 * and cells that call tools of the client have to make the same calls and print the same. Exit code 0 when all is so, 1
 * when something differs, 2 when the folder cannot be read. Runs on the built files.
 */
import { main } from './replay-recordings/main.mjs';

process.exitCode = await main(process.argv.slice(2));
