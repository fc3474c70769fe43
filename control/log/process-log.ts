import { pino, type DestinationStream } from 'pino';
import { processEnvironment, type Environment } from '../config/environment.ts';
import { leadsToJournal, priorityPrefix } from './journal.ts';
import type { Log } from './log.ts';
import { createLog, type Level } from './pino.ts';
import { textLine } from './text.ts';

/** `log` in the configuration. */
export interface LogConfig {
  readonly level: Level;
  /** `json`: for machines, and for jq; `text`: a sentence and its fields. */
  readonly format: 'json' | 'text';
}

const standardOutput = 1;

/** The log of this process, on its standard output. In the journal each line has its priority. */
export function processLog(config: LogConfig, environment: Environment = processEnvironment): Log {
  const journal = leadsToJournal(environment, standardOutput);
  return createLog(config.level, linesFor(pino.destination(standardOutput), config.format, journal));
}

/** Lines of pino as `out` is to have them. `journal`: with their priority in front, which it takes off. */
export function linesFor(
  out: DestinationStream,
  format: LogConfig['format'],
  journal: boolean,
): DestinationStream {
  if (format === 'json' && !journal) return out;
  const stream = {
    // Asks pino to leave the level of each line here.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 30,
    write(line: string): void {
      const text = format === 'text' ? textLine(line, !journal) : line;
      out.write(journal ? `${priorityPrefix(stream.lastLevel)}${text}` : text);
    },
  };
  return stream;
}
