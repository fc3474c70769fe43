import { isIP } from 'node:net';
import type { Clock } from '../../../control/base/clock.ts';
import type { Random } from '../../../control/base/random.ts';
import { cachedResolver } from '../locate/cached-resolver.ts';
import { locate } from '../locate/locate.ts';
import { systemResolver } from '../locate/system-resolver.ts';
import type { SipUri } from '../message/uri.ts';
import { bare, defaultPort } from '../transport/flow.ts';
import type { Destination, TransportName } from '../transport/flow.ts';
import type { ListenAddress } from '../transport/transports.ts';

/** Where a URI leads, in the order to try; [] if nowhere. At once where no name has to be resolved. */
export interface Locator {
  locate(uri: SipUri): readonly Destination[] | Promise<readonly Destination[]>;
}

/** The transport that a URI names; undefined if it leaves the choice. */
function namedTransport(uri: SipUri): TransportName | 'other' | undefined {
  const name = uri.params.get('transport')?.toLowerCase();
  if (uri.secure) return name === undefined || name === 'tcp' || name === 'tls' ? 'tls' : 'other';
  if (name === undefined) return undefined;
  return name === 'udp' || name === 'tcp' || name === 'tls' ? name : 'other';
}

/** Locates addresses, and the names that `hosts` knows, at once; other names by DNS (RFC 3263). */
export function locatorOf(
  hosts: ReadonlyMap<string, string>,
  listen: readonly ListenAddress[],
  clock: Clock,
  random: Random,
): Locator {
  const resolver = cachedResolver(systemResolver(), clock);
  const has = (wanted: TransportName): boolean => listen.some(({ transport }) => transport === wanted);
  const transports = (['udp', 'tcp', 'tls'] as const).filter(has);
  const families = listen.some(({ host }) => host.includes(':')) ? ([4, 6] as const) : ([4] as const);
  return {
    locate(uri) {
      const host = bare(hosts.get(uri.host.toLowerCase()) ?? uri.host);
      if (isIP(host) === 0) return locate(uri, { resolver, random, transports, families });
      const transport = namedTransport(uri) ?? transports[0] ?? 'udp';
      if (transport === 'other') return [];
      return [{ transport, host, port: uri.port ?? defaultPort(transport) }];
    },
  };
}
