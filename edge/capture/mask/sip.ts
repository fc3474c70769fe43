import { contentType } from '../../sip/message/fields.ts';
import type { SipMessage } from '../../sip/message/message.ts';
import { masked, octetsText, printable } from './text.ts';

/** How much of a message is shown. Credentials and keys never are. */
export interface Unmasking {
  /** Texts of messages, digits, and other bodies. */
  readonly bodies: boolean;
}

/** Header fields with credentials (RFC 3261 §20.7, §20.28, §20.6). */
const credentialFields = new Set([
  'authorization',
  'proxy-authorization',
  'authentication-info',
  'proxy-authentication-info',
]);
/** Fields of applications whose names say what they hold. */
const secretName = /token|secret|passw|api-?key/i;

/** What of a digest (RFC 7616 §3.4) tells nobody the secret. Everything else is left out. */
const openParameters = new Set([
  'username',
  'realm',
  'uri',
  'algorithm',
  'qop',
  'nc',
  'nonce',
  'opaque',
  'stale',
]);
const parameter = /([a-z-]{1,32})[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"|[^\s,"]+)/gi;

/** Lines of an SDP that hold keys: RFC 4568, RFC 4567, RFC 8866 §5.12, RFC 8839 §5.4. */
const keyLine = /^([ \t]*(?:a=(?:crypto:[ \t]*\d*[ \t]*[\w-]*|ice-pwd:|key-mgmt:)|k=))[^\r\n]*/gim;

/** A password in a URI (RFC 3261 §19.1.1). */
const uriPassword = /\b(sips?:[^\s:@<>"]{1,256}):[^\s@<>"]{0,256}@/gi;

/** A longer body is of no use on a screen. */
const bodyShownMax = 16 * 1024;

/** A message as lines to be shown: first line, header fields, and its body, as far as it may be seen. */
export function sipLines(message: SipMessage, unmasking: Unmasking): readonly string[] {
  const first =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0`
      : `SIP/2.0 ${message.status} ${message.reason}`;
  const lines = [withoutPasswords(first)];
  for (const { key, name, value } of message.headers) lines.push(`${name}: ${fieldValue(key, value)}`);
  return [...lines.map(printable), ...bodyLines(message, unmasking)];
}

function fieldValue(key: string, value: string): string {
  if (credentialFields.has(key)) return openCredentials(value);
  return secretName.test(key) ? masked : withoutPasswords(value);
}

const withoutPasswords = (text: string): string => text.replace(uriPassword, `$1:${masked}@`);

/** The scheme and what of a digest may be seen. */
function openCredentials(value: string): string {
  const scheme = /^digest[ \t]/i.test(value) ? 'Digest ' : '';
  const shown = Array.from(value.matchAll(parameter), ([, name = '', given = '']) => [name, given] as const)
    .filter(([name]) => openParameters.has(name.toLowerCase()))
    .map(([name, given]) => `${name}=${withoutPasswords(given)}`);
  return `${scheme}${[...(scheme === '' ? [] : shown), masked].join(', ')}`;
}

function bodyLines(message: SipMessage, { bodies }: Unmasking): readonly string[] {
  const { body } = message;
  if (body.length === 0) return [];
  const type = contentType(message);
  if (type !== 'application/sdp' && !bodies)
    return ['', printable(`[${octetsText(body.length)} of ${type ?? 'unknown type'} masked]`)];
  const text = body.toString('utf8', 0, bodyShownMax).replace(keyLine, `$1 ${masked}`);
  return [
    '',
    ...withoutPasswords(text)
      .replace(/\r?\n$/, '')
      .split(/\r\n|\n|\r/)
      .map(printable),
  ];
}
