import type { Account } from '../../control/accounts/account.ts';
import type { WebhookAlert } from '../webhook/alert.ts';
import type { Call, CallStatus } from './call.ts';
import type { CallReport } from './report.ts';
import type { OutgoingEnd } from './signalling.ts';

/** What voice tells the rest of the house: for metrics, events and the trace. Nothing here may throw. */
export interface VoiceObserver {
  /** A call came to be (`before` undefined) or changed its status. */
  changed(call: Call, before: CallStatus | undefined): void;
  /** A call is over, and this is known of it besides its record. */
  reported(call: Call, report: CallReport): void;
  /** The other side of an INVITE by this trunk gave its first sign. */
  rang(carrier: string, postDialDelayMs: number): void;
  /** What became of an INVITE by this trunk. */
  attempted(carrier: string, end: OutgoingEnd): void;
  /** An incoming call was refused before it became one. */
  refused(source: string, reason: RefusedCall, to: string): void;
  /** Something that the tenant should hear of: one of Twilio's error codes about a call. */
  alert(account: Account, alert: WebhookAlert): void;
}

export type RefusedCall =
  'unknownNumber' | 'inactiveAccount' | 'blocked' | 'unfunded' | 'overload' | 'stopping';

/** An alert that no webhook is to blame for. */
export const plainAlert = (code: number, sid: string, detail: string): WebhookAlert => ({
  code,
  sid,
  detail,
  url: '',
  method: 'POST',
  signedUrl: '',
  signature: '',
  status: 0,
});
