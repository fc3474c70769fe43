interface CallFacts {
  readonly atMs: number;
  /** Counts the calls of this carrier from 1. */
  readonly call: number;
  readonly from: string;
  readonly to: string;
}

/** A phone dials: its INVITE leaves. */
export interface Dialled extends CallFacts {
  readonly type: 'dialled';
  /** SIP's name of the call. */
  readonly callId: string;
}

/** An INVITE came for a phone. */
export interface Offered extends CallFacts {
  readonly type: 'offered';
  readonly callId: string;
}

/** A provisional response came for a phone that dialled, or left from one that is called (180). */
export interface Ringing extends CallFacts {
  readonly type: 'ringing';
  readonly status: number;
}

/** A 200 came or left. */
export interface Answered extends CallFacts {
  readonly type: 'answered';
}

/** The call came to nothing, by this SIP status: 487 when it was given up, 408 when nobody answered the INVITE. */
export interface Refused extends CallFacts {
  readonly type: 'refused';
  readonly status: number;
}

/** The phone's user presses digits: they are being sent. */
export interface Pressed extends CallFacts {
  readonly type: 'pressed';
  readonly digits: string;
}

/** A digit came to the phone. */
export interface DigitHeard extends CallFacts {
  readonly type: 'digit';
  readonly digit: string;
}

/** A call that had been answered is over: the phone hung up, the other side did, or its sound was lost. */
export interface CallEnded extends CallFacts {
  readonly type: 'ended';
  readonly by: 'phone' | 'peer' | 'fault';
  /** Since the answer. */
  readonly durationMs: number;
}

/** What the phone heard is in a WAV file, whole. */
export interface Recorded extends CallFacts {
  readonly type: 'recorded';
  readonly file: string;
  readonly durationMs: number;
}

/** What happens to calls at the simulated carrier. Times are Unix milliseconds. */
export type CallEvent =
  Dialled | Offered | Ringing | Answered | Refused | Pressed | DigitHeard | CallEnded | Recorded;

/** An event before it is known which call it is of, and when. */
export type CallNews = CallEvent extends infer One
  ? One extends CallEvent
    ? Omit<One, keyof CallFacts>
    : never
  : never;

/** Since the trunk was opened. */
export interface TrunkCounts {
  readonly callsNow: number;
  readonly dialled: number;
  readonly offered: number;
  readonly answered: number;
  readonly refused: number;
  /** Lost their sound before anybody hung up. */
  readonly faults: number;
}

export type RunningTrunkCounts = { -readonly [Name in keyof TrunkCounts]: number };

export const zeroTrunkCounts = (): RunningTrunkCounts => ({
  callsNow: 0,
  dialled: 0,
  offered: 0,
  answered: 0,
  refused: 0,
  faults: 0,
});
