/** The part of a file to send, both ends included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

const form = /^bytes=(\d{0,15})-(\d{0,15})$/;

/**
 * What a Range header asks of a file of `bytes` bytes (RFC 9110 section 14): one range; `whole` for none, several, or
 * one that we do not understand, which a server may ignore; `unsatisfiable` for one that lies outside (416).
 */
export function byteRange(header: string | undefined, bytes: number): ByteRange | 'whole' | 'unsatisfiable' {
  const match = header === undefined ? null : form.exec(header);
  if (match === null) return 'whole';
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return 'whole';
  if (from === '') {
    const length = Math.min(Number(to), bytes);
    return length === 0 ? 'unsatisfiable' : { first: bytes - length, last: bytes - 1 };
  }
  const first = Number(from);
  const last = to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (to !== '' && Number(to) < first) return 'whole';
  return first >= bytes ? 'unsatisfiable' : { first, last };
}
