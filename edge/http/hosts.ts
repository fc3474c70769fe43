import { isIP } from 'node:net';
import type { Product } from '../api/exchange.ts';

/** A Host header's name: lower case, without port and without the root's trailing dot. */
export function hostName(header: string): string {
  let name = header.toLowerCase();
  if (name.startsWith('[')) return name.slice(1, Math.max(1, name.indexOf(']')));
  const colon = name.indexOf(':');
  if (colon >= 0) name = name.slice(0, colon);
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

/** A name, an IPv4 or a bracketed IPv6 address, with a port or without (RFC 9110 section 7.2). */
const hostForm = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

const remembered = 256;

/** Which product a Host header asks for; undefined if this edge does not serve that name. */
export type HostTable = (header: string) => Product | undefined;

/**
 * Routes hosts: `<product>.<domain>` exactly; an IP address, `localhost` or a name under twilio.com by its leftmost
 * label where that names a product (so `api.dublin.ie1.twilio.com` too), else to `api`.
 */
export function hostTable(domain: string | undefined, products: ReadonlySet<Product>): HostTable {
  const named = (label: string): Product | undefined => [...products].find((product) => product === label);
  const suffix = domain === undefined ? undefined : `.${domain.toLowerCase()}`;
  const find = (header: string): Product | undefined => {
    // It comes back in URLs of answers: no user info, no quotes.
    if (!hostForm.test(header)) return undefined;
    const name = hostName(header);
    const label = name.slice(0, Math.max(0, name.indexOf('.')));
    if (suffix !== undefined && name.endsWith(suffix) && name.length === label.length + suffix.length) {
      return named(label);
    }
    if (name === 'localhost' || name.endsWith('.twilio.com') || isIP(name) !== 0)
      return named(label) ?? 'api';
    return undefined;
  };
  // Clients send the same few names again and again; strangers cannot make this grow.
  const memory = new Map<string, Product | undefined>();
  return (header) => {
    const known = memory.get(header);
    if (known !== undefined || memory.has(header)) return known;
    if (memory.size >= remembered) memory.clear();
    const product = find(header);
    memory.set(header, product);
    return product;
  };
}
