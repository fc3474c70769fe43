import { bare } from '../../sip/transport/flow.ts';
import type { SrfRequest } from './client.ts';
import type { Trunk } from './trunk.ts';

/**
 * Whose trunk a request comes by: the one that the peer's certificate names, else one by the address it comes from.
 * `unproven`: by its address it would be one that wants a certificate, and there is none that names it.
 */
export function trunkOf(
  trunks: Iterable<Trunk>,
  { source_address: address, sessionToken = '' }: Pick<SrfRequest, 'source_address' | 'sessionToken'>,
): Trunk | 'unproven' | undefined {
  const domains = sessionToken === '' ? [] : sessionToken.split(',');
  let unproven = false;
  let byAddress: Trunk | undefined;
  for (const trunk of trunks) {
    if (trunk.isNamed(domains)) return trunk;
    if (!trunk.accepts(bare(address))) continue;
    if (trunk.demandsProof) unproven = true;
    else byAddress ??= trunk;
  }
  return byAddress ?? (unproven ? 'unproven' : undefined);
}
