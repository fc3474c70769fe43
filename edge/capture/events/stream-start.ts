import { commandById } from '../../smpp/commands.ts';
import { decode } from '../../smpp/decode.ts';
import { defaultPduLimit, headerLength } from '../../smpp/pdu.ts';

/** Where a protocol begins in a stream that was joined in its midst, and which. */
export interface StreamStart {
  readonly protocol: 'sip' | 'smpp' | 'tls';
  readonly at: number;
}

/** How much of a stream without a beginning must be kept, for one may lie across its end: a start line of SIP. */
export const startLengthMax = 1024;

/** A start line (RFC 3261 §7.1, §7.2), whose URI may be this long at most to be looked for. */
const sipLine = /(?:^|\n)(?=SIP\/2\.0 [1-6]\d\d |[A-Z]{3,20} (?:sips?|tel|urn):[^\s]{1,900} SIP\/2\.0\r?\n)/i;

/** Whether a datagram begins as a SIP message does. */
export const beginsLikeSip = (bytes: Buffer): boolean => {
  const text = bytes.toString('latin1', 0, startLengthMax).replace(/^[\r\n]+/, '');
  return /^(?:SIP\/\d|[A-Za-z]{3,20} [a-z][a-z0-9+.-]*:)/i.test(text);
};

/** The first place at which a message seems to begin; undefined if none does. */
export function findStart(bytes: Buffer): StreamStart | undefined {
  if (beginsLikeTls(bytes)) return { protocol: 'tls', at: 0 };
  const line = sipLine.exec(bytes.toString('latin1'));
  const sip = line === null ? undefined : line.index + line[0].length;
  const smpp = findPdu(bytes, sip ?? bytes.length);
  if (smpp !== undefined) return { protocol: 'smpp', at: smpp };
  return sip === undefined ? undefined : { protocol: 'sip', at: sip };
}

/** A TLS record's header (RFC 8446 §5.1): type, version 3.x, and a length that a record may have. */
const beginsLikeTls = (bytes: Buffer): boolean =>
  bytes.length >= 5 &&
  bytes.readUInt8(0) >= 20 &&
  bytes.readUInt8(0) <= 23 &&
  bytes.readUInt8(1) === 3 &&
  bytes.readUInt8(2) <= 4 &&
  bytes.readUInt16BE(3) <= 16_384 + 256;

/** The first place before `stop` where a PDU seems to begin. */
function findPdu(bytes: Buffer, stop: number): number | undefined {
  const last = Math.min(stop - 1, bytes.length - headerLength);
  for (let at = 0; at <= last; at++) if (bytes[at] === 0 && seemsPdu(bytes, at)) return at;
  return undefined;
}

/** Whether a header stands here that a peer would send (SMPP 3.4 §3.2, §5.1), and a body that fits, if it is there. */
function seemsPdu(bytes: Buffer, at: number): boolean {
  const length = bytes.readUInt32BE(at);
  if (length < headerLength || length > defaultPduLimit) return false;
  const command = commandById(bytes.readUInt32BE(at + 4));
  if (command === undefined) return false;
  const status = bytes.readUInt32BE(at + 8);
  const sequence = bytes.readUInt32BE(at + 12);
  // Statuses of vendors end at 0x4ff; some SMSCs go beyond, never by far.
  if (status > (command.isResponse ? 0xffff : 0) || sequence === 0 || sequence > 0x7fffffff) return false;
  const end = at + length;
  return end > bytes.length || decode(bytes.subarray(at, end)).ok;
}
