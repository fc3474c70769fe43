import type { Account } from '../../../control/accounts/account.ts';
import type { Forwarding } from '../call-token.ts';
import type { MachineDetection } from '../../twiml/nouns/amd.ts';
import type { CallEvent, EventTarget, HttpMethod } from '../call.ts';
import type { RecordingEvent, RecordingTrack } from '../recording.ts';
import type { VoiceVerb } from '../../twiml/registry.ts';

/** Where the TwiML of a call comes from, as a request says it. */
export type CallTwiml =
  | {
      readonly kind: 'url';
      readonly url: string;
      readonly method: HttpMethod;
      /** '' for none. */
      readonly fallbackUrl: string;
      readonly fallbackMethod: HttpMethod;
    }
  | { readonly kind: 'twiml'; readonly twiml: string }
  | { readonly kind: 'application'; readonly sid: string }
  /** Of our own making: a participant who is dialled into a conference. */
  | { readonly kind: 'verbs'; readonly verbs: readonly VoiceVerb[] };

/** `Record=true` and its companions (https://www.twilio.com/docs/voice/api/call-resource#create-a-call). */
export interface CallRecording {
  readonly channels: 'mono' | 'dual';
  readonly track: RecordingTrack;
  readonly trimSilence: boolean;
  readonly statusCallback: EventTarget<RecordingEvent> | null;
}

/** A call that a tenant wants placed: its parameters are well-formed, but not yet judged. */
export interface NewCall {
  readonly account: Account;
  /** A number as written, or a SIP URI (its headers apart). */
  readonly to: string;
  readonly from: string;
  /** Shown instead of `from`; '' for none. */
  readonly callerId: string;
  /** Of the call whose caller `from` names; '' for none. */
  readonly callToken: string;
  readonly twiml: CallTwiml;
  readonly statusCallback: EventTarget<CallEvent> | null;
  /** How long it may ring. */
  readonly timeoutMs: number;
  /** How long it may last. */
  readonly timeLimitMs: number;
  /** `0-9 # * w W`; '' for none. */
  readonly sendDigits: string;
  readonly recording: CallRecording | null;
  readonly machineDetection: MachineDetection | null;
  /** TwiML runs at once, and the verdict goes to `machineDetection.callback`. */
  readonly asyncDetection: boolean;
  readonly sipUsername: string;
  readonly sipPassword: string;
  /** Headers of the INVITE: those of a SIP URI, and User-to-User and X-… of the request. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** What is kept until a call's turn has come, besides its record. */
export type CallOrder = Omit<NewCall, 'account' | 'to' | 'from' | 'callToken' | 'statusCallback'> & {
  /** The caller whom the call shows, where that is nobody of the account's. */
  readonly forwarding?: Forwarding;
};

/** Twilio's defaults and bounds. */
export const timeoutDefaultMs = 60_000;
export const timeoutMaxMs = 600_000;

/** Why a request was refused: one of Twilio's codes, and words that say what to do. */
export interface Refusal {
  readonly code: number;
  readonly detail: string;
}
