/** One field of an entry of systemd's journal: a name by `journalName`, and a text. */
export type JournalField = readonly [name: string, value: string];

export interface JournalEntry {
  /** What a person reads. Cut where there is no room for all of it. */
  readonly message: string;
  /** In the order of their weight: those for which there is no room are left out. */
  readonly fields: readonly JournalField[];
}

/** Of a field's value; a SID is much shorter. */
const valueMaxBytes = 1_024;

const lineEnd = Buffer.from('\n');
const ellipsis = Buffer.from('…');

/**
 * An entry as one datagram of the journal's native protocol (https://systemd.io/JOURNAL_NATIVE_PROTOCOL/), of at most
 * `maxBytes`. Fields take half of that at the most, the message what they leave.
 */
export function encodeEntry({ message, fields }: JournalEntry, maxBytes: number): Buffer {
  const parts: Buffer[] = [];
  let size = 0;
  for (const [name, value] of fields) {
    const part = encodeField(name, cut(value, valueMaxBytes));
    if (size + part.length > maxBytes / 2) break;
    parts.push(part);
    size += part.length;
  }
  const room = maxBytes - size - encodeField('MESSAGE', Buffer.from('\n')).length;
  parts.push(encodeField('MESSAGE', cut(message, room)));
  return Buffer.concat(parts);
}

/** `NAME=value`, or, where the value holds line ends, the name, its length in 64 bits, little-endian, and the value. */
function encodeField(name: string, value: Buffer): Buffer {
  if (!value.includes(lineEnd)) return Buffer.concat([Buffer.from(`${name}=`), value, lineEnd]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(value.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, value, lineEnd]);
}

/** The text as UTF-8 of at most `maxBytes`, no character broken; an ellipsis says that it went on. */
function cut(text: string, maxBytes: number): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return bytes;
  let end = Math.max(0, maxBytes - ellipsis.length);
  // A byte 10xxxxxx goes on with a character (RFC 3629 §3).
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return Buffer.concat([bytes.subarray(0, end), ellipsis]);
}
