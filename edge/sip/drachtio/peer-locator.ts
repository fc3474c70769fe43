import { isIP } from 'node:net';
import { bare } from '../transport/flow.ts';
import type { Destination } from '../transport/flow.ts';
import type { TlsPeer } from '../transport/tls-material.ts';
import type { Locator } from './locator.ts';

const learnedMax = 1_000;

/**
 * A locator that says which peer of `peers` a URI leads to, by the host and port of the URI. A bare address, as stands in
 * Contacts, is the peer's that was last found there; no name of others becomes a peer by where the DNS leads it.
 */
export function peerLocator(inner: Locator, peers: readonly TlsPeer[]): Locator {
  if (peers.length === 0) return inner;
  const byTarget = new Map(peers.flatMap(({ name, targets }) => targets.map((target) => [target, name])));
  const byAddress = new Map<string, string>();
  const marked = (found: readonly Destination[], peer: string): readonly Destination[] => {
    for (const { host } of found) {
      if (byAddress.size >= learnedMax) byAddress.clear();
      byAddress.set(host, peer);
    }
    return found.map((destination) => ({ ...destination, peer }));
  };
  return {
    locate(uri) {
      const found = inner.locate(uri);
      const host = bare(uri.host.toLowerCase());
      const peer =
        (uri.port === undefined ? undefined : byTarget.get(`${host}:${uri.port}`)) ??
        byTarget.get(host) ??
        (isIP(host) === 0 ? undefined : byAddress.get(host));
      if (peer === undefined) return found;
      return found instanceof Promise ? found.then((all) => marked(all, peer)) : marked(found, peer);
    },
  };
}
