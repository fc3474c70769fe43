import type { Sid } from '../../control/base/sid.ts';

/** A media stream (https://www.twilio.com/docs/voice/api/stream-resource), as it is kept. */
export interface Stream {
  /** MZ… */
  readonly sid: Sid;
  readonly accountNo: number;
  readonly callSid: Sid;
  /** Unique in the call; '' if it has none. */
  readonly name: string;
  readonly status: 'in-progress' | 'stopped';
  readonly updatedMs: number;
}
