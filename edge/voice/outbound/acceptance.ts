import type { Account } from '../../../control/accounts/account.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import type { Guards } from '../../../control/guards/guards.ts';
import { refusalOf } from '../../../control/guards/verdict.ts';
import { parseNumber } from '../../../control/inventory/e164.ts';
import type { PhoneNumber } from '../../../control/inventory/number.ts';
import type { CallTokens, Forwarding } from '../call-token.ts';
import type { Destination } from '../signalling.ts';
import { isSipUri } from './calling.ts';
import type { NewCall, Refusal } from './new-call.ts';

export interface AcceptanceDeps {
  readonly guards: Pick<Guards, 'call' | 'took'>;
  readonly lookup: (e164: string) => PhoneNumber | undefined;
  /** Whether the account has verified this number as its caller ID (OutgoingCallerIds). */
  readonly isVerified: (accountSid: string, e164: string) => boolean;
  readonly hasApplication: (accountSid: string, sid: string) => boolean;
  readonly destinationsOf: (number: string) => readonly Destination[];
  readonly tokens: Pick<CallTokens, 'read'>;
}

/** A call that may be placed: addresses as they are kept. */
export interface Accepted {
  readonly from: string;
  readonly to: string;
  /** PN… of the caller's number; '' for a verified one. */
  readonly phoneNumberSid: string;
  /** Whose number it shows, where that is nobody of the account's. */
  readonly forwarding?: Forwarding;
}

const refuse = (code: number, detail: string): Result<never, Refusal> => fail({ code, detail });

/** The number of the account, or one it has verified, that a call may show; undefined if it may not. */
export function callerIdOf(
  deps: Pick<AcceptanceDeps, 'lookup' | 'isVerified'>,
  account: Account,
  written: string,
): { readonly number: string; readonly phoneNumberSid: string } | undefined {
  const parsed = parseNumber(written);
  if (!parsed.ok) return undefined;
  const number = parsed.value.e164;
  const assignment = deps.lookup(number)?.assignment ?? undefined;
  if (assignment?.accountSid === account.sid) return { number, phoneNumberSid: assignment.sid };
  return deps.isVerified(account.sid, number) ? { number, phoneNumberSid: '' } : undefined;
}

/** The bounds of a URL that we are to call. */
const urlMaxCharacters = 4000;

function urlFault(call: NewCall): Refusal | undefined {
  const { twiml } = call;
  if (twiml.kind !== 'url') return undefined;
  for (const url of [twiml.url, twiml.fallbackUrl]) {
    if (url === '') continue;
    if (url.length > urlMaxCharacters || !URL.canParse(url) || !/^https?:/i.test(url))
      return { code: 21205, detail: `Url is not a valid URL: ${url.slice(0, 200)}` };
  }
  return undefined;
}

/**
 * Judges a call before it is written (https://www.twilio.com/docs/voice/api/call-resource#create-a-call). To is a
 * number that a carrier takes, or a SIP URI; From a number of the account, one it has verified, the caller's of the
 * call that its CallToken is of, or toward a SIP URI any name.
 */
export function judge(deps: AcceptanceDeps, call: NewCall): Result<Accepted, Refusal> {
  const { account, twiml } = call;
  const fault = urlFault(call);
  if (fault !== undefined) return fail(fault);
  if (twiml.kind === 'application' && !deps.hasApplication(account.sid, twiml.sid))
    return refuse(21218, `The ApplicationSid ${twiml.sid} is not one of this account.`);
  if (call.to === '') return refuse(21201, "A 'To' phone number is required.");
  if (call.from === '') return refuse(21213, "A 'From' phone number is required.");
  const forwarding = call.callToken === '' ? undefined : deps.tokens.read(account.sid, call.callToken);
  if (call.callToken !== '' && forwarding === undefined)
    return refuse(
      20422,
      'The CallToken is not one of this account, or older than a day. Give it as the webhook had it.',
    );
  if (isSipUri(call.to)) {
    const own = callerIdOf(deps, account, call.from);
    if (own !== undefined) return ok({ from: own.number, to: call.to, phoneNumberSid: own.phoneNumberSid });
    const passedOn = forwarding?.from === call.from ? { forwarding } : undefined;
    return ok({ from: call.from, to: call.to, phoneNumberSid: '', ...passedOn });
  }
  const to = parseNumber(call.to);
  if (!to.ok)
    return refuse(
      21211,
      `The phone number you are attempting to call, ${call.to.slice(0, 50)}, is not valid.`,
    );
  const shown = call.callerId === '' ? call.from : call.callerId;
  const caller = parseNumber(shown);
  if (!caller.ok)
    return refuse(21212, `The source phone number provided, ${shown.slice(0, 50)}, is not valid.`);
  const from = caller.value.e164;
  const own = callerIdOf(deps, account, from);
  const passedOn = own === undefined && forwarding?.from === from ? { forwarding } : undefined;
  if (own === undefined && passedOn === undefined) {
    return refuse(
      21210,
      `The source phone number provided, ${shown.slice(0, 50)}, is not yet verified for your account. You may only make calls from phone numbers that you've verified or purchased.`,
    );
  }
  if (account.type === 'Trial' && callerIdOf(deps, account, to.value.e164) === undefined)
    return refuse(21219, `A trial account may only call numbers that it has verified, not ${to.value.e164}.`);
  const verdict = deps.guards.call(account, from, to.value.e164);
  if (verdict !== undefined) return fail(refusalOf(verdict, 'call'));
  if (deps.destinationsOf(to.value.e164).length === 0)
    return refuse(21215, `No carrier of this edge takes calls to ${to.value.e164}.`);
  return ok({ from, to: to.value.e164, phoneNumberSid: own?.phoneNumberSid ?? '', ...passedOn });
}
