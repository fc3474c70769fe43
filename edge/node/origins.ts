import { addressText, type Address } from '../../control/config/address.ts';
import { dataLayout } from '../../control/config/layout.ts';
import type { Config } from '../config.ts';

/** Where the SDK proxy listens, if it does, and where its certificate authority is kept. */
export function sdkProxy(config: Config): { listen: Address; caDirectory: string } | null {
  const proxy = config.https?.proxy ?? null;
  return proxy === null ? null : { listen: proxy.listen, caDirectory: dataLayout(config.data).ca };
}

/** What `ready` calls the API. */
export const apiUrl = (http: Address | null, https: Address | null): string =>
  https !== null ? `https://${addressText(https)}` : http !== null ? `http://${addressText(http)}` : '';

/** Where tenants' applications find what we give them URLs of; `http` is the plain listener's address, if it has one. */
export function originOf(config: Config, http: Address | null): string {
  const server = config.https?.server ?? null;
  if (server !== null) return `https://api.${config.domain}`;
  return http === null ? '' : `http://${addressText(http)}`;
}

/** Where SIP is to be, before it is. */
export function sipAddress({ sip }: Config): string | null {
  const [first] = sip?.listen ?? [];
  return first === undefined ? null : `sip:${addressText(first)}`;
}
