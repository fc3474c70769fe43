/**
 * Reads a datagram of the journal's native protocol as journald does, by the protocol's own page alone
 * (https://systemd.io/JOURNAL_NATIVE_PROTOCOL/): fields in their order. Throws where journald would not take it.
 */
export function readJournalDatagram(bytes: Buffer): readonly (readonly [name: string, value: string])[] {
  const fields: (readonly [string, string])[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf('\n', at);
    if (end < 0) throw new Error('a field does not end');
    const line = bytes.subarray(at, end);
    const equals = line.indexOf('=');
    const name = line.subarray(0, equals < 0 ? line.length : equals).toString('latin1');
    if (!/^[A-Z][A-Z0-9_]{0,63}$/.test(name)) throw new Error(`no name: ${JSON.stringify(name)}`);
    if (equals >= 0) {
      fields.push([name, utf8(line.subarray(equals + 1))]);
      at = end + 1;
      continue;
    }
    const from = end + 9;
    const to = from + Number(bytes.readBigUInt64LE(end + 1));
    if (bytes[to] !== 0x0a) throw new Error('a value does not end where its length says');
    fields.push([name, utf8(bytes.subarray(from, to))]);
    at = to + 1;
  }
  return fields;
}

const utf8 = (bytes: Buffer): string =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
