import { isIP } from 'node:net';
import type { CaptureScope, WatchedPort } from './scope.ts';

/** The kernel takes programs of 4,096 instructions; a pair of host and port costs a dozen. Beyond, ports do alone. */
const hostsMax = 64;

/**
 * The scope in libpcap's language (pcap-filter(7)). It is made of numbers and addresses alone: a name would be asked of
 * the DNS by libpcap, so a carrier that goes by one is known by its port.
 */
export function captureFilter({ ports, media, except }: CaptureScope): string {
  const withHosts = ports.filter(({ host }) => isIP(host) !== 0).length <= hostsMax;
  const terms = new Set(ports.map((port) => portTerm(port, withHosts)));
  if (media !== null) terms.add(`(udp portrange ${media.first}-${media.last})`);
  if (terms.size === 0) return 'less 0';
  if (media !== null || ports.some(({ transport }) => transport === 'udp'))
    for (const term of fragmentTerms) terms.add(term);
  const wanted = Array.from(terms).join(' or ');
  if (except === null) return wanted;
  const host = isIP(except.host) === 0 ? '' : ` and dst host ${except.host}`;
  return `not (udp dst port ${except.port}${host}) and (${wanted})`;
}

/** Only the first fragment of a datagram tells its ports: the others are taken as they come (RFC 791, RFC 8200 4.5). */
const fragmentTerms = ['(ip[6:2] & 0x1fff != 0 and ip[9] = 17)', '(ip6[6] = 44)'];

function portTerm({ transport, port, host }: WatchedPort, withHosts: boolean): string {
  const term = `${transport} port ${port}`;
  return withHosts && isIP(host) !== 0 ? `(${term} and host ${host})` : `(${term})`;
}
