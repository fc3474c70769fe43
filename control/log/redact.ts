import { printable } from '../base/printable.ts';
import type { Fields } from './log.ts';

const struck = '[redacted]';

/** Names of fields that hold secrets or what tenants write, compared without case, dashes and underscores. */
const secretNames = new Set([
  'password',
  'secret',
  'token',
  'authtoken',
  'authorization',
  'proxyauthorization',
  'cookie',
  'setcookie',
  'apikey',
  'privatekey',
  'body',
  'shortmessage',
]);

/** `scheme://user:password@`, wherever it stands in a text. As in WHATWG's URLs `http:` begins it, the last @ ends it. */
const userInfo = /\b([a-z][a-z0-9+.-]{0,20}:\/\/|https?:[/\\]*)[^\s/\\?#]*@/gi;

/** `sip:user:password@` (RFC 3261 §19.1.1): the user is no secret, and may hold a slash. */
const sipPassword = /\b(sips?:[^\s:@<>]*):[^\s@<>]*@/gi;

const maxDepth = 5;
const maxText = 2_000;
/** Of the longest URL that a tenant may give. */
const maxUrl = 8_192;
const maxItems = 50;

/** A copy of `fields` that is fit for a log: secrets struck out, long texts and lists cut, errors as plain data. */
export function redact(fields: Fields): Record<string, unknown> {
  return redactObject(fields, 0);
}

function redactObject(fields: object, depth: number): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    out[name] = secretNames.has(name.toLowerCase().replace(/[-_]/g, '')) ? struck : redactValue(value, depth);
  }
  return out;
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maxDepth) return '[deep]';
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} octets]`;
  if (value instanceof Date) return value;
  if (value instanceof Error) return redactError(value, depth);
  if (Array.isArray(value)) return value.slice(0, maxItems).map((item) => redactValue(item, depth + 1));
  return redactObject(value, depth + 1);
}

/** Credentials in URLs struck out, the text cut to a bound, and nothing in it that a terminal would obey. */
export function redactText(text: string): string {
  const safe = withoutCredentials(text);
  return printable(safe.length > maxText ? `${safe.slice(0, maxText)}…` : safe);
}

/**
 * The text with the credentials of URLs in it struck out. Its first 2,000 characters are fit to be shown, and it is not
 * much longer: a URL that begins in them is read whole, for a cut between a password and its @ would leave the password.
 */
export function withoutCredentials(text: string): string {
  if (!text.includes('@')) return text;
  return text
    .slice(0, maxText + maxUrl)
    .replace(userInfo, `$1${struck}@`)
    .replace(sipPassword, `$1:${struck}@`);
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  return {
    type: error.name,
    message: redactText(error.message),
    ...('code' in error ? { code: redactValue(error.code, depth + 1) } : {}),
    ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: redactValue(error.cause, depth + 1) }),
  };
}
