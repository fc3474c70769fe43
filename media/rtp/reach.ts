import ipaddr from 'ipaddr.js';

/** Where sockets are bound, and what peers are told of it. */
export interface Home {
  readonly address: string;
  readonly announce: string;
}

const special = new Set(['unspecified', 'multicast', 'broadcast']);

/**
 * Whether packets may be sent where a peer's SDP says. SDP comes from outside: it must not make this machine send to
 * groups, to itself, or by another family of addresses than it was given.
 */
export function mayReach(ip: string, ours: string): boolean {
  if (!ipaddr.isValid(ip) || !ipaddr.isValid(ours)) return false;
  const peer = ipaddr.parse(ip);
  const own = ipaddr.parse(ours);
  if (peer.kind() !== own.kind()) return false;
  const range = peer.range();
  if (range === 'loopback') return own.range() === 'loopback' || own.range() === 'unspecified';
  return !special.has(range);
}
