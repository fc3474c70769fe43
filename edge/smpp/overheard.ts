import type { Ear } from '../../control/base/tls-ear.ts';
import { commands } from './commands.ts';
import { headerLength } from './pdu.ts';

const binds: ReadonlySet<number> = new Set([
  commands.bind_receiver.id,
  commands.bind_transmitter.id,
  commands.bind_transceiver.id,
  commands.outbind.id,
]);
const asterisk = 0x2a;

/** A PDU that came, for whoever listens. */
export const tellCame = (ear: Ear, pdu: Buffer): void => ear.came(withoutPassword(pdu));

/** PDUs of ours that leave back to back. */
export function tellLeft(ear: Ear, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) {
    const end = at + bytes.readUInt32BE(at);
    ear.left(withoutPassword(bytes.subarray(at, end)));
    at = end;
  }
}

/** The password of a bind, which stands behind the system_id (SMPP 3.4 §4.1), as asterisks: a trace has no use for it. */
function withoutPassword(pdu: Buffer): Buffer {
  if (pdu.length < headerLength || !binds.has(pdu.readUInt32BE(4))) return pdu;
  const begin = pdu.indexOf(0, headerLength) + 1;
  if (begin === 0) return pdu;
  const end = pdu.indexOf(0, begin);
  return Buffer.from(pdu).fill(asterisk, begin, end < 0 ? pdu.length : end);
}
