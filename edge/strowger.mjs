#!/usr/bin/env node
// Starts the built command line. Plain JavaScript, because it must run before there is a build.
import { existsSync } from 'node:fs';

const cli = new URL('../build/edge/cli.js', import.meta.url);
if (existsSync(cli)) {
  await import(cli.href);
} else {
  process.stderr.write('strowger: there is no build yet: run ./setup run\n');
  process.exitCode = 1;
}
