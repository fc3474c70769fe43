/**
 * Header fields known here: their usual spelling and compact form (IANA's registry "SIP Parameters, Header Fields").
 * `once` marks those that may not be repeated (RFC 3261 §7.3.1 and table 2, and the RFCs of the extensions).
 */
interface Row {
  readonly name: string;
  readonly compact?: string;
  readonly once?: true;
}

const rows: readonly Row[] = [
  { name: 'Accept' },
  { name: 'Accept-Contact', compact: 'a' },
  { name: 'Accept-Encoding' },
  { name: 'Accept-Language' },
  { name: 'Alert-Info' },
  { name: 'Allow' },
  { name: 'Allow-Events', compact: 'u' },
  { name: 'Authentication-Info' },
  { name: 'Authorization' },
  { name: 'Call-ID', compact: 'i', once: true },
  { name: 'Call-Info' },
  { name: 'Contact', compact: 'm' },
  { name: 'Content-Disposition', once: true },
  { name: 'Content-Encoding', compact: 'e' },
  { name: 'Content-Language' },
  { name: 'Content-Length', compact: 'l' },
  { name: 'Content-Type', compact: 'c', once: true },
  { name: 'CSeq', once: true },
  { name: 'Date', once: true },
  { name: 'Diversion' },
  { name: 'Event', compact: 'o', once: true },
  { name: 'Expires', once: true },
  { name: 'From', compact: 'f', once: true },
  { name: 'History-Info' },
  { name: 'Identity', compact: 'y' },
  { name: 'Max-Forwards', once: true },
  { name: 'MIME-Version', once: true },
  { name: 'Min-Expires', once: true },
  { name: 'Min-SE', once: true },
  { name: 'Organization', once: true },
  { name: 'P-Asserted-Identity' },
  { name: 'P-Preferred-Identity' },
  { name: 'Path' },
  { name: 'Priority', once: true },
  { name: 'Privacy' },
  { name: 'Proxy-Authenticate' },
  { name: 'Proxy-Authorization' },
  { name: 'Proxy-Require' },
  { name: 'RAck', once: true },
  { name: 'Reason' },
  { name: 'Record-Route' },
  { name: 'Refer-Sub', once: true },
  { name: 'Refer-To', compact: 'r', once: true },
  { name: 'Referred-By', compact: 'b', once: true },
  { name: 'Reject-Contact', compact: 'j' },
  { name: 'Remote-Party-ID' },
  { name: 'Replaces', once: true },
  { name: 'Request-Disposition', compact: 'd' },
  { name: 'Require' },
  { name: 'Retry-After', once: true },
  { name: 'Route' },
  { name: 'RSeq', once: true },
  { name: 'Server', once: true },
  { name: 'Service-Route' },
  { name: 'Session-Expires', compact: 'x', once: true },
  { name: 'SIP-ETag', once: true },
  { name: 'SIP-If-Match', once: true },
  { name: 'Subject', compact: 's', once: true },
  { name: 'Subscription-State', once: true },
  { name: 'Supported', compact: 'k' },
  { name: 'Timestamp', once: true },
  { name: 'To', compact: 't', once: true },
  { name: 'Unsupported' },
  { name: 'User-Agent', once: true },
  { name: 'User-to-User' },
  { name: 'Via', compact: 'v' },
  { name: 'Warning' },
  { name: 'WWW-Authenticate' },
];

/** Every spelling that is common on the wire, to the key. */
const keys = new Map<string, string>();
for (const { name, compact } of rows) {
  const key = name.toLowerCase();
  for (const spelling of [name, key, name.toUpperCase()]) keys.set(spelling, key);
  if (compact !== undefined) {
    keys.set(compact, key);
    keys.set(compact.toUpperCase(), key);
  }
}

const once: ReadonlySet<string> = new Set(
  rows.filter((row) => row.once).map((row) => row.name.toLowerCase()),
);
const spellings = new Map(rows.map(({ name }) => [name.toLowerCase(), name]));

/** The key of a known header field in a common spelling, without any work; undefined for others. */
export const knownKey = (name: string): string | undefined => keys.get(name);

/** What a header field is compared by: its long name in lower case (RFC 3261 §7.3.1, §7.3.3). */
export function headerKey(name: string): string {
  const known = keys.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  return keys.get(lower) ?? lower;
}

/** The usual spelling of a key; the key itself if it is unknown. */
export const spellingOf = (key: string): string => spellings.get(key) ?? key;

/** Whether the field may stand only once in a message. */
export const standsOnce = (key: string): boolean => once.has(key);
