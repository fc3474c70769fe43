import type { PeerCertificate } from 'node:tls';

const namesMax = 32;

/** One name of a subjectAltName as Node writes the list; what is not plain stands between quotes, and may hold commas. */
const item = /(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^",]*)/gy;
const domain = /^(?=.{1,253}$)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/**
 * The SIP domains that a certificate is good for (RFC 5922 section 7.1), in lower case: those of `sip:` URIs without a
 * user, and where it has none, its DNS names. Wildcards name nobody here (section 7.2), and the subject's CN does not
 * count.
 */
export function domainsOf({
  subjectaltname = '',
}: Pick<PeerCertificate, 'subjectaltname'>): readonly string[] {
  const named: Record<string, string[]> = { URI: [], DNS: [] };
  for (const [, kind = '', value = ''] of subjectaltname.matchAll(item)) {
    const name = (kind === 'URI' ? (/^sip:([^@;?:]+)$/i.exec(value)?.[1] ?? '') : value).toLowerCase();
    if (domain.test(name)) named[kind]?.push(name);
  }
  const { URI: uris = [], DNS: names = [] } = named;
  return (uris.length > 0 ? uris : names).slice(0, namesMax);
}
