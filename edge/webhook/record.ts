import type { IncomingHttpHeaders } from 'node:http';
import { exchangeBytesMax, excerptOf, type AlertExchange } from '../../control/events/alert-exchange.ts';
import { encodeForm } from './form.ts';
import { flatHeaders, headerOf } from './headers.ts';

/** An answer, or as much of one as came. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  /** The whole of what was wanted, or its beginning. */
  readonly body: Buffer;
  /** Of the whole, as far as it was read. */
  readonly bodyBytes: number;
}

/** One request of a webhook. */
export interface Sent {
  /** The parameters, as they are sent in a body or a query. */
  readonly form: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly authToken: string;
}

const struck = '[redacted]';
const secretHeaders = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie']);
/** A shorter one is in too many words by chance. */
const secretMinCharacters = 4;

/** What is kept of a request that went wrong, for the alert. No credentials are left in it, not even where they are echoed. */
export function recordOf({ form, headers, authToken }: Sent, received: Received | undefined): AlertExchange {
  const secrets = secretsOf(authToken, headers['authorization']);
  const strike = (text: string): string => secrets.reduce((left, one) => left.replaceAll(one, struck), text);
  const headersText = (all: Readonly<Record<string, string>>): string =>
    encodeForm(
      Object.entries(all).map(([name, value]) => [name, secretHeaders.has(name) ? struck : strike(value)]),
    );
  const isCut = received !== undefined && received.body.length < received.bodyBytes;
  const body = strike(bodyText(received));
  return {
    variables: excerptOf(form, exchangeBytesMax.variables),
    requestHeaders: excerptOf(headersText(headers), exchangeBytesMax.requestHeaders),
    responseHeaders: excerptOf(
      received === undefined ? '' : headersText(flatHeaders(received.headers)),
      exchangeBytesMax.responseHeaders,
    ),
    // What was struck out makes a text shorter that is whole all the same.
    responseBody: isCut
      ? excerptOf(withoutBegun(body, secrets), exchangeBytesMax.responseBody, received.bodyBytes)
      : excerptOf(body, exchangeBytesMax.responseBody),
  };
}

/** A text that was cut, without the beginning of a secret at its end. */
function withoutBegun(text: string, secrets: readonly string[]): string {
  for (const secret of secrets)
    for (let length = secret.length - 1; length >= secretMinCharacters; length--)
      if (text.endsWith(secret.slice(0, length))) return text.slice(0, -length);
  return text;
}

/** Longest first, so that none is struck out of the middle of another. */
function secretsOf(authToken: string, authorization = ''): readonly string[] {
  const encoded = authorization.replace(/^Basic /, '');
  const plain = Buffer.from(encoded, 'base64').toString('utf8');
  const password = plain.slice(plain.indexOf(':') + 1);
  return [authToken, encoded, plain, password]
    .filter(({ length }) => length >= secretMinCharacters)
    .sort((a, b) => b.length - a.length);
}

/** Compressed, it would be no text. */
function bodyText(received: Received | undefined): string {
  if (received === undefined) return '';
  const encoding = headerOf(received.headers, 'content-encoding') ?? 'identity';
  return encoding === 'identity' ? received.body.toString('utf8') : '';
}
