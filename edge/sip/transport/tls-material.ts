import type { Material } from '../../../control/certificates/material.ts';
import type { Pair } from '../../../control/certificates/pair.ts';

/** What one peer is shown and must show, instead of what others are; PEM. What is not given is as for all. */
export interface TlsPeer extends Material {
  readonly name: string;
  /** `host` or `host:port` of the URIs that lead to it, in lower case; IPv6 without brackets. */
  readonly targets: readonly string[];
  /** The name that its certificate must show, where it is not the host of the URI. */
  readonly serverName?: string | undefined;
}

/** A certificate with its key, and the authorities whom we trust, as PEM. */
export interface TlsMaterial extends Pair {
  /** In place of the system's, when we connect; for carriers with an authority of their own. */
  readonly authorities?: string | undefined;
  /** Who connects to us is asked for a certificate of these. Given from the start, or never. */
  readonly clientAuthorities?: string | undefined;
  readonly peers?: readonly TlsPeer[] | undefined;
}

/** The peer of that name, with what is the same for all where it has nothing of its own. */
export function materialFor(
  { certificate, key, authorities, peers }: TlsMaterial,
  name: string | undefined,
): Material & Pick<TlsPeer, 'serverName'> {
  const own = name === undefined ? undefined : peers?.find((peer) => peer.name === name);
  const shown = own?.certificate === undefined ? { certificate, key } : own;
  return {
    certificate: shown.certificate,
    key: shown.key,
    authorities: own?.authorities ?? authorities,
    serverName: own?.serverName,
  };
}
