import type { Socket } from 'node:net';
import type { InboundLoad } from './smsc-behaviour.ts';
import { buildSubmit, command, nothing, writeDigits } from './smsc-bytes.ts';

/** One connection of a client to the fast SMSC. */
export interface Session {
  readonly socket: Socket;
  carry: Buffer;
  /** command_id of its bind; 0 before. */
  bound: number;
  systemId: string;
  sequence: number;
  /** deliver_sm without a response. */
  unanswered: number;
  /** Ready deliver_sm that wait for the window. */
  readonly outbox: Buffer[];
  /** Numbered deliver_sm that are still to be sent. */
  load: { readonly pdu: Buffer; next: number; readonly end: number } | null;
}

export const openSession = (socket: Socket): Session => ({
  socket,
  carry: nothing,
  bound: 0,
  systemId: '',
  sequence: 0,
  unanswered: 0,
  outbox: [],
  load: null,
});

const digitsInBody = 9;

/** The messages of a load, as one PDU and the numbers it is sent with. */
export function inboundOf(load: InboundLoad): Session['load'] {
  const { source, destination, count } = load;
  const body = Buffer.from(`${load.body} #${'0'.repeat(digitsInBody)}`, 'latin1');
  const pdu = buildSubmit({ commandId: command.deliverSm, sequence: 0, source, destination, body });
  return { pdu, next: 0, end: count };
}

/** Sends what waits for this session while fewer than `window` are unanswered, in one write; gives how many. */
export function drain(session: Session, window: number): number {
  const { load, outbox } = session;
  const parts = outbox.splice(0, Math.max(0, window - session.unanswered));
  while (load !== null && session.unanswered + parts.length < window && load.next < load.end) {
    const pdu = Buffer.from(load.pdu);
    writeDigits(pdu, pdu.length - digitsInBody, load.next++, digitsInBody);
    parts.push(pdu);
  }
  if (load?.next === load?.end) session.load = null;
  if (parts.length === 0) return 0;
  for (const pdu of parts) pdu.writeUInt32BE(++session.sequence, 12);
  session.unanswered += parts.length;
  session.socket.write(parts.length === 1 ? (parts[0] ?? nothing) : Buffer.concat(parts));
  return parts.length;
}
