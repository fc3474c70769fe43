import { assertNever } from '../../control/base/result.ts';
import { isFinal, type Call, type CallEvent, type CallStatus } from './call.ts';
import type { CallChange } from './store/call-book.ts';

/** What happens to a call leg, as its record and its application see it. */
export type Progress =
  | { readonly kind: 'initiated'; readonly carrier: string }
  | { readonly kind: 'ringing' }
  | { readonly kind: 'answered' }
  | {
      readonly kind: 'ended';
      /** What it becomes if it never was answered; an answered call is `completed`, unless `cut`. */
      readonly status: Exclude<CallStatus, 'queued' | 'initiated' | 'ringing' | 'in-progress'>;
      readonly errorCode: number;
      /** 0 leaves what the record has. */
      readonly sipCode: number;
      /** Our own failure ended it: an answered call, too, is `failed`. */
      readonly cut?: boolean;
      /** When it was, if that is not now: the last that is known of it. */
      readonly atMs?: number;
    };

export interface Step {
  readonly change: CallChange;
  /** The event to tell, if its application wants it. */
  readonly event: CallEvent;
}

const rank: Readonly<Record<CallStatus, number>> = {
  queued: 0,
  initiated: 1,
  ringing: 2,
  'in-progress': 3,
  completed: 4,
  busy: 4,
  'no-answer': 4,
  canceled: 4,
  failed: 4,
};

/** What a step changes in a call's record; undefined if it comes too late or again. Statuses only ever go forward. */
export function advance(call: Call, progress: Progress, nowMs: number): Step | undefined {
  if (isFinal(call.status)) return undefined;
  switch (progress.kind) {
    case 'initiated':
      if (rank[call.status] >= rank.initiated) return undefined;
      return {
        change: {
          status: 'initiated',
          carrier: progress.carrier,
          startedMs: nowMs,
          queueTimeMs: nowMs - call.createdMs,
        },
        event: 'initiated',
      };
    case 'ringing':
      if (rank[call.status] >= rank.ringing) return undefined;
      return { change: { status: 'ringing' }, event: 'ringing' };
    case 'answered':
      if (rank[call.status] >= rank['in-progress']) return undefined;
      return {
        change: { status: 'in-progress', startedMs: nowMs, answeredMs: nowMs, sipCode: 200 },
        event: 'answered',
      };
    case 'ended': {
      const answered = call.answeredMs !== 0;
      const status = answered && progress.cut !== true ? 'completed' : progress.status;
      return {
        change: {
          status,
          endedMs: progress.atMs ?? nowMs,
          errorCode: progress.errorCode,
          ...(call.startedMs === 0 ? { startedMs: progress.atMs ?? nowMs } : {}),
          ...(progress.sipCode === 0 ? {} : { sipCode: progress.sipCode }),
        },
        event: 'completed',
      };
    }
    default:
      return assertNever(progress);
  }
}
