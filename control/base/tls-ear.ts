import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Overhear, Overheard, OverheardEnd } from './overheard.ts';

/** Hears the messages of one connection. */
export interface Ear {
  came(message: Buffer): void;
  left(message: Buffer): void;
}

/** Of what is written before a handshake has ended; no peer is asked so much before it answers. */
const earlyMax = 16;

/**
 * An ear for a connection under TLS; undefined for any other, whose packets tell everything themselves. Of one that is
 * still being made, what is written counts as sent when its handshake has ended.
 */
export function earOf(
  socket: Socket,
  protocol: Overheard['protocol'],
  overhear: Overhear | undefined,
): Ear | undefined {
  if (overhear === undefined || !(socket instanceof TLSSocket)) return undefined;
  const here = (): OverheardEnd => endOf(socket.localAddress, socket.localPort);
  const there = (): OverheardEnd => endOf(socket.remoteAddress, socket.remotePort);
  const left = (message: Buffer): void => overhear(protocol, here(), there(), message);
  let early: Buffer[] | undefined;
  // Only who connects is given a socket before its handshake.
  if (socket.connecting) {
    early = [];
    socket.once('secureConnect', () => {
      for (const message of early ?? []) left(message);
      early = undefined;
    });
  }
  return {
    came: (message) => overhear(protocol, there(), here(), message),
    left(message) {
      if (early === undefined) left(message);
      else if (early.length < earlyMax) early.push(message);
    },
  };
}

/** What a listener for both families writes as IPv6 is IPv4 in the packets. */
const endOf = (address = '', port = 0): OverheardEnd => ({
  address: address.startsWith('::ffff:') ? address.slice(7) : address,
  port,
});
