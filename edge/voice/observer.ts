import type { Account } from '../../control/accounts/account.ts';
import type { Call, CallStatus, HttpMethod } from './call.ts';

/** What voice tells the rest of the house: for metrics, events and the trace. Nothing here may throw. */
export interface VoiceObserver {
  /** A call came to be (`before` undefined) or changed its status. */
  changed(call: Call, before: CallStatus | undefined): void;
  /** An incoming call was refused before it became one. */
  refused(source: string, reason: RefusedCall, to: string): void;
  /** Something that the tenant should hear of: one of Twilio's error codes about a call. */
  alert(account: Account, alert: CallAlert): void;
}

export type RefusedCall = 'unknownNumber' | 'inactiveAccount' | 'overload' | 'stopping';

/** An error of a call; with the webhook that it is about, if any. */
export interface CallAlert {
  readonly code: number;
  /** CA…, CF…, RE… */
  readonly sid: string;
  readonly detail: string;
  /** '' where no webhook is involved. */
  readonly url: string;
  readonly method: HttpMethod;
  readonly signedUrl: string;
  readonly signature: string;
  /** HTTP status of the application's answer; 0 if none came. */
  readonly status: number;
}

/** An alert that no webhook is to blame for. */
export const plainAlert = (code: number, sid: string, detail: string): CallAlert => ({
  code,
  sid,
  detail,
  url: '',
  method: 'POST',
  signedUrl: '',
  signature: '',
  status: 0,
});
