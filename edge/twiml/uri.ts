import { trimmed } from './element.ts';
import type { Warnings } from './fault.ts';

/** A SIP URI as TwiML writes it: where to, and headers behind its question mark. */
export interface SipTarget {
  /** `sip:` or `sips:`, with its parameters, without headers. */
  readonly uri: string;
  /** Name and decoded value, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** Twilio takes no more behind the question mark (13253). */
const headersMaxCharacters = 1024;

/** RFC 3261 section 25.1, as far as it matters here: user, password, host or IPv6 reference, port, parameters. */
const form =
  /^(sips?):(?:[A-Za-z0-9\-_.!~*'()&=+$,;?/%#]{1,256}(?::[A-Za-z0-9\-_.!~*'()&=+$,%]{0,256})?@)?(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?(?:;[A-Za-z0-9\-_.!~*'()[\]/:&+$%=]{1,200}){0,10}$/;

/**
 * Headers that an application may set: its own, and those that Twilio lists
 * (https://www.twilio.com/docs/voice/twiml/sip, Send custom SIP headers).
 */
const headerName =
  /^(?:x-[a-z0-9!%*_+`'~.-]{1,100}|user-to-user|remote-party-id|p-preferred-identity|p-called-party-id)$/i;

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads a SIP URI. A URI that cannot be used gives undefined (13243); headers that may not be sent are left out
 * (13251 too many, 13252 not allowed, 13253 too long).
 */
export function readSipUri(text: string, line: number, warnings: Warnings): SipTarget | undefined {
  const written = trimmed(text);
  const question = written.indexOf('?', written.indexOf('@') + 1);
  const uri = question === -1 ? written : written.slice(0, question);
  if (uri.length > 1024 || !form.test(uri)) {
    warnings.add(13243, 'not a SIP URI', line);
    return undefined;
  }
  const behind = question === -1 ? '' : written.slice(question + 1);
  if (behind.length > headersMaxCharacters) {
    warnings.add(13253, `more than ${headersMaxCharacters} characters of headers were left out`, line);
    return { uri, headers: [] };
  }
  const headers: (readonly [string, string])[] = [];
  for (const part of behind === '' ? [] : behind.split('&')) {
    const equals = part.indexOf('=');
    const name = decoded(equals === -1 ? part : part.slice(0, equals)) ?? '';
    const value = decoded(equals === -1 ? '' : part.slice(equals + 1));
    // A line break in a value would start a header of its own.
    if (!headerName.test(name) || value === undefined || /\p{Cc}/u.test(value)) {
      warnings.add(13252, `the header ${name} was left out`, line);
    } else headers.push([name, value]);
  }
  return { uri, headers };
}
