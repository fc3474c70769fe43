import { parseNumber } from '../../../control/inventory/e164.ts';
import type { DialVerb } from '../../twiml/verbs/dial.ts';
import { callerUser, isSipUri } from '../outbound/calling.ts';
import type { Run } from '../program/run.ts';

/**
 * The caller ID of a dialled call: by default the calling party's; else a number of the account's, one it has
 * verified, or either party of this call (https://www.twilio.com/docs/voice/twiml/dial#callerid). Undefined, with
 * its alert, if it may not be shown.
 */
export function callerIdFor(verb: DialVerb, run: Run): string | undefined {
  const { call, account } = run.live;
  const { target, callerId } = verb;
  // A name, toward SIP addresses only: no number is claimed.
  if (target.kind === 'endpoints' && target.endpoints.every(({ kind }) => kind === 'sip'))
    return callerId ?? call.from;
  // Whoever calls by SIP can call himself what he likes: what he says is no better than an attribute.
  const claimed = call.direction === 'inbound' && isSipUri(call.from);
  if (callerId === undefined && !claimed) return call.from;
  const wanted = callerId ?? callerUser(call.from);
  const parties = claimed ? [] : [call.from, call.to];
  if (parties.includes(wanted)) return wanted;
  const parsed = parseNumber(wanted);
  const number = parsed.ok ? parsed.value.e164 : wanted;
  if (parties.includes(number)) return number;
  if (parsed.ok && run.services.mayShow(account, number)) return number;
  run.alert(13214, `${wanted} is neither a number of this account nor one it has verified`);
  return undefined;
}
