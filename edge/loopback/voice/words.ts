import { assertNever } from '../../../control/base/result.ts';
import type { CallEvent, TrunkCounts } from './events.ts';

const seconds = (durationMs: number): string => `${(durationMs / 1_000).toFixed(1)} s`;

const enders = {
  phone: 'the phone hung up',
  peer: 'the other side hung up',
  fault: 'its sound was lost',
} as const;

/** What a call's event says, without its time. */
export function callWords(event: CallEvent): string {
  const call = `call      ${event.call}`;
  switch (event.type) {
    case 'dialled':
      return `${call} ${event.from} dials ${event.to} (Call-ID ${event.callId})`;
    case 'offered':
      return `${call} INVITE ${event.from} → ${event.to} (Call-ID ${event.callId})`;
    case 'ringing':
      return `${call} rings (${event.status})`;
    case 'answered':
      return `${call} answered`;
    case 'refused':
      return `${call} came to nothing: ${event.status}`;
    case 'pressed':
      return `${call} the phone presses ${event.digits}`;
    case 'digit':
      return `${call} the phone heard the digit ${event.digit}`;
    case 'ended':
      return `${call} ended after ${seconds(event.durationMs)}: ${enders[event.by]}`;
    case 'recorded':
      return `${call} ${seconds(event.durationMs)} of what the phone heard: ${event.file}`;
    default:
      return assertNever(event);
  }
}

const countNames: readonly (readonly [keyof TrunkCounts, string])[] = [
  ['dialled', 'calls from phones'],
  ['offered', 'calls to phones'],
  ['answered', 'answered'],
  ['refused', 'refused'],
  ['faults', 'without sound'],
];

/** The counts that are not 0; none if all are. */
export const callCountWords = (counts: TrunkCounts): readonly string[] =>
  countNames.filter(([name]) => counts[name] > 0).map(([name, words]) => `${counts[name]} ${words}`);
