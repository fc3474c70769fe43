import type { Place } from '../../control/inventory/number.ts';
import { countryOf, isE164Form } from '../../control/inventory/e164.ts';
import { durationSeconds, type Call } from './call.ts';

export type Param = readonly [name: string, value: string];
export type Params = readonly Param[];

/** What the parameters of a request say of a number: where it lives, if we know. */
export type PlaceOf = (e164: string) => Place | undefined;

const apiVersion = '2010-04-01';

function placeParams(prefix: string, address: string, placeOf: PlaceOf): Params {
  const place = placeOf(address);
  return [
    [`${prefix}City`, place?.locality ?? ''],
    [`${prefix}State`, place?.region ?? ''],
    [`${prefix}Zip`, place?.postalCode ?? ''],
    [`${prefix}Country`, place?.country ?? (isE164Form(address) ? countryOf(address) : '')],
  ];
}

/** What every request about a call carries (https://www.twilio.com/docs/voice/twiml#request-parameters). */
export function callParams(call: Call, accountSid: string, placeOf: PlaceOf): Params {
  const params: Param[] = [
    ['AccountSid', accountSid],
    ['ApiVersion', apiVersion],
    ['CallSid', call.sid],
    ['CallStatus', call.status],
    ['Direction', call.direction],
    ['From', call.from],
    ['To', call.to],
    ['Caller', call.from],
    ['Called', call.to],
    ...placeParams('From', call.from, placeOf),
    ...placeParams('To', call.to, placeOf),
    ...placeParams('Caller', call.from, placeOf),
    ...placeParams('Called', call.to, placeOf),
  ];
  if (call.forwardedFrom !== '') params.push(['ForwardedFrom', call.forwardedFrom]);
  if (call.callerName !== '') params.push(['CallerName', call.callerName]);
  if (call.parentSid !== '') params.push(['ParentCallSid', call.parentSid]);
  if (call.stirVerstat !== '') params.push(['StirVerstat', call.stirVerstat]);
  if (call.answeredBy !== '') params.push(['AnsweredBy', call.answeredBy]);
  return params;
}

/** RFC 2822, as Twilio writes times in callbacks: `Sat, 01 Jan 2026 12:00:00 +0000`. */
export const rfc2822 = (atMs: number): string => new Date(atMs).toUTCString().replace('GMT', '+0000');

/** What a status callback adds (https://www.twilio.com/docs/voice/api/call-resource#statuscallback). */
export function progressParams(call: Call, sequence: number, nowMs: number): Params {
  const params: Param[] = [
    ['Timestamp', rfc2822(nowMs)],
    ['CallbackSource', 'call-progress-events'],
    ['SequenceNumber', String(sequence)],
  ];
  const seconds = durationSeconds(call);
  if (seconds !== null) {
    params.push(['CallDuration', String(seconds)]);
    // Minutes as they are billed.
    params.push(['Duration', String(Math.ceil(seconds / 60))]);
    if (call.sipCode !== 0) params.push(['SipResponseCode', String(call.sipCode)]);
    if (call.errorCode !== 0) params.push(['ErrorCode', String(call.errorCode)]);
  }
  return params;
}
