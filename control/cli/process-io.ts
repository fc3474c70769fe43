import { processEnvironment } from '../config/environment.ts';
import { leadsToJournal } from '../log/journal.ts';
import type { Io } from './io.ts';
import { readHidden, readLine } from './read-secret.ts';

/** The standard streams and signals of this process. */
export function processIo(): Io {
  // Whoever reads our output may stop reading (`strowger trace | head`): then there is nobody left to write for.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  // What a service says when it fails is an error to whoever reads the journal by priority.
  const errorPrefix = leadsToJournal(processEnvironment, 2) ? '<3>' : '';
  let stopped: AbortController | undefined;
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(`${errorPrefix}${text}`),
    errIsTerminal: process.stderr.isTTY,
    readSecret: (prompt) =>
      process.stdin.isTTY
        ? readHidden(process.stdin, (text) => void process.stderr.write(text), prompt)
        : readLine(process.stdin),
    outIsTerminal: process.stdout.isTTY,
    untilStopped() {
      if (stopped === undefined) {
        const controller = new AbortController();
        // Once each, so that a second Ctrl-C ends the process at once.
        process.once('SIGINT', () => controller.abort());
        process.once('SIGTERM', () => controller.abort());
        stopped = controller;
      }
      return stopped.signal;
    },
  };
}
