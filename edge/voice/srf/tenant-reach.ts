import ipaddr from 'ipaddr.js';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import type { Locator } from '../../sip/drachtio/locator.ts';
import { parseUri, type SipUri } from '../../sip/message/uri.ts';
import { bracketed } from '../../sip/transport/flow.ts';
import { refusal } from '../../webhook/addresses.ts';
import type { UacOptions } from './client.ts';

/**
 * Whether a SIP URI of a tenant's may be called. The value is the proxy to send the INVITE to, so that it goes to the
 * very address that was judged and a name that changes its mind gains nothing; undefined over TLS, where the certificate
 * must show the name. The error says why not. Never rejects.
 */
export type TenantReach = (uri: SipUri) => Promise<Result<string | undefined, string>>;

/** A trunk, as far as tenants must stay away from it. */
export interface GuardedTrunk {
  readonly proxy: string;
  accepts(address: string): boolean;
}

export interface TenantReachOptions {
  readonly locator: Locator;
  readonly trunks: readonly GuardedTrunk[];
  /** Lets tenants reach private and loopback addresses, as webhooks do. */
  readonly allowPrivate: boolean;
}

/**
 * Keeps tenants' SIP URIs out of the operator's networks, and off the carriers: those take whatever comes from our
 * address, and a call that reached one past the routes would be judged by no guard and paid by nobody.
 */
export function tenantReach({ locator, trunks, allowPrivate }: TenantReachOptions): TenantReach {
  const proxies = trunks.flatMap(({ proxy }) => {
    const uri = parseUri(proxy);
    return uri?.kind === 'sip' ? [uri] : [];
  });
  const isCarrier = async (host: string): Promise<boolean> => {
    const address = ipaddr.process(host);
    // A carrier on this very machine is a laboratory's; `allowPrivate` alone opens it.
    if (address.range() === 'loopback') return false;
    if (trunks.some((trunk) => trunk.accepts(host))) return true;
    const known = (await Promise.all(proxies.map(async (proxy) => locator.locate(proxy)))).flat();
    return known.some((one) => ipaddr.process(one.host).toString() === address.toString());
  };
  return async (uri) => {
    // It would lead elsewhere than the host says; a SIP server that is not ours may heed it.
    if (uri.params.has('maddr')) return fail('maddr is not allowed');
    const [first] = await locator.locate(uri);
    if (first === undefined) return fail('the DNS names no way there');
    const reason = refusal(first.host, allowPrivate);
    if (reason !== undefined) return fail(`the address ${first.host} is not allowed: ${reason}`);
    if (await isCarrier(first.host)) return fail(`${first.host} is a carrier's: dial the number instead`);
    const { transport, host, port } = first;
    return ok(transport === 'tls' ? undefined : `sip:${bracketed(host)}:${port};transport=${transport}`);
  };
}

/** How a tenant's URI is called; undefined if it may not be. */
export async function led(
  reach: TenantReach,
  target: string,
  options: UacOptions,
): Promise<UacOptions | undefined> {
  const uri = parseUri(target);
  const reached = uri?.kind === 'sip' ? await reach(uri) : undefined;
  if (reached?.ok !== true) return undefined;
  return reached.value === undefined ? options : { ...options, proxy: reached.value };
}
