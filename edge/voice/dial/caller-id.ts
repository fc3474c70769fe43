import { parseNumber } from '../../../control/inventory/e164.ts';
import type { DialVerb } from '../../twiml/verbs/dial.ts';
import type { Run } from '../program/run.ts';

/**
 * The caller ID of a dialled call: by default the calling party's; else a number of the account's, one it has
 * verified, or either party of this call (https://www.twilio.com/docs/voice/twiml/dial#callerid). Undefined, with
 * its alert, if it may not be shown.
 */
export function callerIdFor(verb: DialVerb, run: Run): string | undefined {
  const { call, account } = run.live;
  const wanted = verb.callerId;
  if (wanted === undefined) return call.from;
  if (wanted === call.from || wanted === call.to) return wanted;
  // A name, toward SIP addresses only: no number is claimed.
  if (verb.target.kind === 'endpoints' && verb.target.endpoints.every(({ kind }) => kind === 'sip'))
    return wanted;
  const parsed = parseNumber(wanted);
  const number = parsed.ok ? parsed.value.e164 : wanted;
  if (number === call.from || number === call.to) return number;
  if (parsed.ok && run.services.mayShow(account, number)) return number;
  run.alert(13214, `${wanted} is neither a number of this account nor one it has verified`);
  return undefined;
}
