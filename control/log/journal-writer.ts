import { sendDatagram, type DatagramEnd } from '../systemd/datagram.ts';
import { priorityOf } from './journal.ts';
import { encodeEntry, type JournalEntry } from './journal-entry.ts';
import { journalFields } from './journal-fields.ts';
import { textLine, type ParsedLine } from './text.ts';

/** Takes a line of pino's with its level. */
export type LineWriter = (line: string, level: number) => void;

/** Why an entry has not reached the journal by its socket. */
export type JournalMiss = Exclude<DatagramEnd, 'sent'>;

/** Where journald listens. */
const journalSocket = '/run/systemd/journal/socket';
/** As much as journald takes of a line of standard output, unless told otherwise (journald.conf(5), LineMax=). */
const entryMaxBytes = 48 * 1024;
/** What fits a socket whose buffer is the smallest that Linux gives (socket(7), SO_SNDBUF). */
const smallEntryMaxBytes = 4 * 1024;

/**
 * Takes lines to the journal as entries with fields, at once and without waiting. What its socket does not take goes to
 * `otherwise` as the line that it was, and `missed` is told why.
 */
export function journalWriter(
  otherwise: LineWriter,
  missed: (why: JournalMiss) => void,
  socket: string = journalSocket,
): LineWriter {
  return (line, level) => {
    const entry = entryOf(JSON.parse(line) as ParsedLine, level);
    let end = sendDatagram(socket, encodeEntry(entry, entryMaxBytes));
    if (end === 'large') end = sendDatagram(socket, encodeEntry(entry, smallEntryMaxBytes));
    if (end === 'sent') return;
    missed(end);
    otherwise(line, level);
  };
}

/** The message holds the fields, too: for people, who are shown nothing else. */
function entryOf(line: ParsedLine, level: number): JournalEntry {
  return {
    message: textLine(line, false),
    fields: [
      ['PRIORITY', String(priorityOf(level))],
      ['SYSLOG_IDENTIFIER', 'strowger'],
      ...journalFields(line),
    ],
  };
}
