import { fail, ok, type Result } from '../../../control/base/result.ts';
import type { Binding } from '../../../control/sip-access/registrations.ts';
import { addresses, type NameAddr } from '../../sip/message/address.ts';
import { callId, cseq } from '../../sip/message/fields.ts';
import type { Headers } from '../../sip/message/headers.ts';
import { parseUri, sameUri } from '../../sip/message/uri.ts';

/** Endpoints of one user (error 32007 of Twilio's), and so of one REGISTER. */
const bindingsMax = 10;
const uriMaxCharacters = 1_024;

/** Seconds that a registration may last: shorter ones would cost more than they tell, longer ones outlive NAT. */
export const expiresMin = 60;
const expiresMax = 3_600;

/** 400: malformed, or older than what is known; 403: too many endpoints; 423: too short a time. */
export type RegisterFault = 400 | 403 | 423;

/**
 * What a REGISTER makes of its user's bindings (RFC 3261 section 10.3, steps 6 and 7): all of its changes, or none. `via`
 * is where it came from. The latest binding comes first.
 */
export function registered(
  current: readonly Binding[],
  headers: Headers,
  via: string,
  nowMs: number,
): Result<readonly Binding[], RegisterFault> {
  const id = callId({ headers });
  const sequence = cseq({ headers })?.number;
  if (id === undefined || sequence === undefined) return fail(400);
  const isOld = (binding: Binding): boolean => binding.callId === id && binding.sequence >= sequence;
  const wanted = headers.get('expires');
  if (headers.get('contact') === '*') {
    // Only together with Expires: 0, and with no other Contact (step 6).
    const alone = headers.all('contact').length === 1 && wanted?.trim() === '0';
    return alone && !current.some(isOld) ? ok([]) : fail(400);
  }
  const contacts = addresses({ headers }, 'contact');
  if (contacts === undefined || contacts.length > bindingsMax) return fail(400);
  let bindings = current;
  for (const { uri, params } of contacts) {
    const parsed = parseUri(uri);
    if (parsed?.kind !== 'sip' || uri.length > uriMaxCharacters) return fail(400);
    const seconds = secondsOf(params.get('expires') ?? wanted);
    if (seconds > 0 && seconds < expiresMin) return fail(423);
    const isSame = (binding: Binding): boolean => {
      const other = parseUri(binding.uri);
      return other?.kind === 'sip' && sameUri(parsed, other);
    };
    if (current.some((binding) => isSame(binding) && isOld(binding))) return fail(400);
    const others = bindings.filter((binding) => !isSame(binding));
    const untilMs = nowMs + Math.min(seconds, expiresMax) * 1_000;
    const binding = { uri, via, priority: priorityOf(params), callId: id, sequence, untilMs };
    bindings = seconds === 0 ? others : [binding, ...others];
  }
  return bindings.length > bindingsMax ? fail(403) : ok(bindings);
}

/** Without a wish, or with one that is malformed, an endpoint is remembered as long as may be (section 10.2.1.1). */
const secondsOf = (text: string | undefined): number =>
  text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : expiresMax;

/** q in thousandths (section 20.10); 1 where there is none, or it is malformed. */
function priorityOf(params: NameAddr['params']): number {
  const q = params.get('q') ?? '';
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(q) ? Math.round(Number(q) * 1_000) : 1_000;
}

/** The bindings as the answer tells them (step 8). */
export const contactsOf = (bindings: readonly Binding[], nowMs: number): string =>
  bindings
    .map(({ uri, priority, untilMs }) => {
      const q = priority === 1_000 ? '' : `;q=${(priority / 1_000).toFixed(3)}`;
      return `<${uri}>${q};expires=${Math.round((untilMs - nowMs) / 1_000)}`;
    })
    .join(', ');
