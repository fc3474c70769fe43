import { pino, type DestinationStream } from 'pino';
import { processEnvironment, type Environment } from '../config/environment.ts';
import { leadsToJournal, priorityOf } from './journal.ts';
import { journalWriter, type JournalMiss, type LineWriter } from './journal-writer.ts';
import type { Log } from './log.ts';
import { createLog, type Level } from './pino.ts';
import { textLine, type ParsedLine } from './text.ts';

/** `log` in the configuration. */
export interface LogConfig {
  readonly level: Level;
  /**
   * `journal`: entries of systemd's journal, with fields; `json`: lines for machines, and for jq; `text`: a sentence and its
   * fields. `auto`: `journal` where standard output leads there, else `json`.
   */
  readonly format: 'auto' | 'journal' | 'json' | 'text';
}

const standardOutput = 1;

/** Lines that this process has logged on standard output instead of in the journal, by reason. */
export const journalMisses: Record<JournalMiss, number> = {
  absent: 0,
  refused: 0,
  full: 0,
  large: 0,
  failed: 0,
};

/** The log of this process: in the journal, or on its standard output. */
export function processLog(config: LogConfig, environment: Environment = processEnvironment): Log {
  const inJournal = leadsToJournal(environment, standardOutput);
  return createLog(config.level, linesFor(pino.destination(standardOutput), config.format, inJournal));
}

/** Lines of pino as `out` is to have them. `inJournal`: it leads there, and each has its priority in front. */
export function linesFor(
  out: DestinationStream,
  format: LogConfig['format'],
  inJournal: boolean,
): DestinationStream {
  const toJournal = format === 'journal' || (format === 'auto' && inJournal);
  if (!toJournal && format !== 'text' && !inJournal) return out;
  const write: LineWriter = (line, level) => {
    const text = format === 'text' ? `${textLine(JSON.parse(line) as ParsedLine, !inJournal)}\n` : line;
    out.write(inJournal ? `<${priorityOf(level)}>${text}` : text);
  };
  return leveled(toJournal ? journalWriter(write, (why) => journalMisses[why]++) : write);
}

/** A stream for pino that is told the level of each line. */
export function leveled(write: LineWriter): DestinationStream {
  const stream = {
    // Asks pino to leave the level of each line here.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 30,
    write: (line: string) => write(line, stream.lastLevel),
  };
  return stream;
}
