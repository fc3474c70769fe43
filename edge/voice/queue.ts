import type { Sid } from '../../control/base/sid.ts';

/** A queue of callers (https://www.twilio.com/docs/voice/api/queue-resource), as it is kept. */
export interface Queue {
  /** QU… */
  readonly sid: Sid;
  readonly accountNo: number;
  /** Unique in the account. */
  readonly friendlyName: string;
  readonly maxSize: number;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** Twilio's bounds. */
export const queueSizeDefault = 1_000;
export const queueSizeMax = 5_000;

/** A caller who waits. Lives in memory as the call does. */
export interface QueueMember {
  readonly callSid: Sid;
  readonly queueSid: Sid;
  readonly enqueuedMs: number;
  /** 1 is next. */
  readonly position: number;
}
