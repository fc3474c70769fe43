import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import type { NameOf } from '../ladder/participants.ts';
import { canonicalAddress } from '../packets/ip.ts';
import { endpointText } from '../packets/endpoint.ts';
import type { WatchedConfig } from '../scope/scope.ts';
import { proxyOf, type LinkedCarrier } from './subjects.ts';

/** What of the configuration says who is where. */
export interface NamingConfig extends Pick<WatchedConfig, 'smpp' | 'sip'> {
  readonly carriers: readonly LinkedCarrier[];
}

const edge = 'edge';

/**
 * Names the ends of what passed: carriers by where they are configured to be, the edge by this machine's addresses
 * (`local`) and, on the loopback, where carriers and tenants may be at home, too, by its ports.
 */
export function namesOf(config: NamingConfig, local: readonly string[]): NameOf {
  const ends = new Map<string, string>();
  const hosts = new Map<string, string>();
  const networks: (readonly [network: [ipaddr.IPv4 | ipaddr.IPv6, number], name: string])[] = [];
  const machine = new Set(local.map(canonicalAddress));
  for (const { name, smpp, sip } of config.carriers) {
    const proxy = sip === undefined ? undefined : proxyOf(sip.proxy);
    for (const end of [smpp?.url, proxy]) {
      if (end === undefined || isIP(end.host) === 0) continue;
      const address = canonicalAddress(end.host);
      ends.set(endpointText({ address, port: end.port }), name);
      if (!machine.has(address)) hosts.set(address, name);
    }
    for (const text of sip?.accept ?? []) {
      if (ipaddr.isValidCIDR(text)) networks.push([ipaddr.parseCIDR(text), name]);
      else if (!machine.has(canonicalAddress(text))) hosts.set(canonicalAddress(text), name);
    }
  }
  const own = new Set(
    [config.smpp?.listen, config.smpp?.tls?.listen, ...(config.sip?.listen ?? [])].map((end) => end?.port),
  );
  return (endpoint) => {
    const { address, port } = endpoint;
    const carrier = ends.get(endpointText(endpoint)) ?? hosts.get(address);
    if (carrier !== undefined) return carrier;
    const parsed = ipaddr.isValid(address) ? ipaddr.parse(address) : undefined;
    if (machine.has(address)) return own.has(port) || parsed?.range() !== 'loopback' ? edge : undefined;
    return networks.find(
      ([[network, bits]]) => parsed?.kind() === network.kind() && parsed.match(network, bits),
    )?.[1];
  };
}

/** The addresses of this machine. */
export const localAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
