import ipaddr from 'ipaddr.js';

/** Networks of one's own, which `webhooks.allowPrivate` opens; everything else special is never a web server. */
const privateRanges: ReadonlySet<string> = new Set([
  'private',
  'loopback',
  'linkLocal',
  'carrierGradeNat',
  'uniqueLocal',
]);

/** 2000::/3, all that IANA has given out as IPv6 global unicast: the rest is special, or will be. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** The special range an address is of, in words; undefined for a public unicast address. */
function specialRange(address: ipaddr.IPv4 | ipaddr.IPv6): string | undefined {
  const range = address.range();
  if (range !== 'unicast') return range;
  return address instanceof ipaddr.IPv6 && !address.match(globalUnicast) ? 'reserved' : undefined;
}

/**
 * Why an IP address must not be connected to, in words; undefined if it may be. Only public unicast is open, to keep
 * tenants' URLs out of the operator's network. An IPv4-mapped address (::ffff:0:0/96) is judged as the IPv4 address
 * it stands for; translated and tunnelled ones (NAT64, 6to4, Teredo), which hide another, are refused.
 */
export function refusal(address: string, allowPrivate: boolean): string | undefined {
  if (!ipaddr.isValid(address)) return 'it is not an IP address';
  const range = specialRange(ipaddr.process(address));
  if (range === undefined || (allowPrivate && privateRanges.has(range))) return undefined;
  return `its range is ${range}`;
}
