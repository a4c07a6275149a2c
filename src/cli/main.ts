#!/usr/bin/env node
import { createProgram, runProgram } from './program.ts';

// A reader that closes early, such as `head`, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runProgram(createProgram(), process.argv.slice(2));
