import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';

const wildcards: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
const rememberedMax = 4_096;

interface Local {
  readonly address: string;
  readonly family: 4 | 6;
  readonly internal: boolean;
  contains(remote: ipaddr.IPv4 | ipaddr.IPv6): boolean;
}

/** The addresses of this machine's interfaces. */
function locals(): readonly Local[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).map(({ address, family, internal, cidr }) => ({
      address,
      family: family === 'IPv4' ? (4 as const) : (6 as const),
      internal,
      contains(remote) {
        if (cidr === null) return false;
        const [network, bits] = ipaddr.parseCIDR(cidr);
        return network.kind() === remote.kind() && remote.match([network, bits] as [ipaddr.IPv4, number]);
      },
    })),
  );
}

/**
 * Which of our addresses a peer should answer to. A listener bound to one address answers with it. One bound to all
 * answers with the interface that shares the peer's network, and toward everyone else with the one `named` to the
 * outside, or the first address that is no loopback.
 */
export function localAddresses(bound: string, named: string | undefined): (remote: string) => string {
  const wildcard = wildcards.has(bound);
  // An address of one family leads nobody of the other here.
  const announced = named?.includes(':') === bound.includes(':') ? named : undefined;
  if (!wildcard && announced === undefined) return () => bound;
  const all = wildcard ? locals() : [];
  const remembered = new Map<string, string>();
  return (remote) => {
    const known = remembered.get(remote);
    if (known !== undefined) return known;
    const found = wildcard
      ? (choose(all, remote, announced) ?? '127.0.0.1')
      : isOutside(remote)
        ? (announced ?? bound)
        : bound;
    if (remembered.size >= rememberedMax) remembered.clear();
    remembered.set(remote, found);
    return found;
  };
}

function choose(all: readonly Local[], remote: string, announced: string | undefined): string | undefined {
  if (!ipaddr.isValid(remote)) return announced ?? all.find(({ internal }) => !internal)?.address;
  const address = ipaddr.process(remote);
  const family = address.kind() === 'ipv4' ? 4 : 6;
  return (
    all.find((local) => local.contains(address))?.address ??
    announced ??
    all.find((local) => !local.internal && local.family === family)?.address
  );
}

/** Whether an address lies beyond private and loopback networks: where the announced address is the right one. */
function isOutside(remote: string): boolean {
  return ipaddr.isValid(remote) && ipaddr.process(remote).range() === 'unicast';
}
