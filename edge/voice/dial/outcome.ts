import type { CallStatus } from '../call.ts';
import type { Param, Params } from '../params.ts';

/** https://www.twilio.com/docs/voice/twiml/dial, DialCallStatus */
export type DialStatus = 'completed' | 'answered' | 'busy' | 'no-answer' | 'failed' | 'canceled';

/** What a <Dial> came to. */
export interface DialOutcome {
  readonly status: DialStatus;
  /** The call that was connected, or else the last that was tried; '' if none was. */
  readonly callSid: string;
  /** From the answer to the end of the connection; 0 if there was none. */
  readonly durationMs: number;
  readonly bridged: boolean;
  readonly extra: Params;
}

/** Of several parties none of whom was connected, the outcome that says most: one was there, one might be, none. */
const telling: readonly DialStatus[] = ['busy', 'no-answer', 'failed', 'canceled'];

export function statusOf(ends: readonly CallStatus[]): DialStatus {
  return telling.find((status) => ends.some((end) => end === status)) ?? 'failed';
}

/** The parameters of the action (https://www.twilio.com/docs/voice/twiml/dial#action). */
export function dialParams({ status, callSid, durationMs, bridged, extra }: DialOutcome): Params {
  const params: Param[] = [['DialCallStatus', status]];
  if (callSid !== '') params.push(['DialCallSid', callSid]);
  // Twilio sends none for a conference.
  if (bridged && status !== 'answered')
    params.push(['DialCallDuration', String(Math.ceil(durationMs / 1000))]);
  params.push(['DialBridged', String(bridged)]);
  return [...params, ...extra];
}

export const failedDial: DialOutcome = {
  status: 'failed',
  callSid: '',
  durationMs: 0,
  bridged: false,
  extra: [],
};
