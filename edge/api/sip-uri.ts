import { fail, ok, type Result } from '../../control/base/result.ts';
import { printable, refused, type Refused } from './reply.ts';

/** A SIP URI that is called, and the headers that its INVITE is to have. */
export interface CalledUri {
  readonly uri: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

const headersMaxCharacters = 1024;
/** `token` of RFC 3261 §25.1. */
const nameForm = /^[A-Za-z0-9.!%*_+`'~-]+$/;
/** What an application may set (https://www.twilio.com/docs/voice/api/call-resource, "Custom SIP headers"). */
const allowed = /^(?:x-|user-to-user$|p-preferred-identity$|p-called-party-id$|remote-party-id$)/i;

/** Takes the headers off a SIP URI: `sip:jack@example.com?X-Order=7`. What is no SIP URI stays as it is. */
export function readCalledUri(to: string): Result<CalledUri, Refused> {
  const mark = /^sips?:/i.test(to) ? to.indexOf('?') : -1;
  if (mark < 0) return ok({ uri: to, headers: [] });
  const text = to.slice(mark + 1);
  if (text.length >= headersMaxCharacters)
    return fail(refused(21227, `The headers of To must be fewer than ${headersMaxCharacters} characters.`));
  const headers: [string, string][] = [];
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const [name = '', ...rest] = pair.split('=');
    const value = decoded(rest.join('='));
    if (!nameForm.test(name) || !allowed.test(name))
      return fail(refused(21228, `To may bring X- headers, not ${printable(name)}.`));
    // A line break would let a header end, and another begin.
    if (value === undefined || /\p{Cc}/u.test(value))
      return fail(refused(21229, `The header ${printable(name)} of To has an illegal value.`));
    headers.push([name, value]);
  }
  return ok({ uri: to.slice(0, mark), headers });
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
