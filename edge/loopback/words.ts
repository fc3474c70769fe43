import { assertNever } from '../../control/base/result.ts';
import { statusName } from '../smpp/status.ts';
import type { CarrierCounts, CarrierEvent } from './events.ts';
import type { CallEvent, TrunkCounts } from './voice/events.ts';
import { callCountWords, callWords } from './voice/words.ts';

/** What others wrote, fit for a terminal: no control characters, so no escape sequences. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\u00b7');

const timeOf = (atMs: number): string => {
  const date = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
};

/** An event as a person reads it, on one line. */
export const eventLine = (event: CarrierEvent | CallEvent): string =>
  `${timeOf(event.atMs)}  ${plain('call' in event ? callWords(event) : wordsOf(event))}`;

function wordsOf(event: CarrierEvent): string {
  switch (event.type) {
    case 'bound':
    case 'unbound':
      return `${event.type.padEnd(9)} ${event.systemId} (${event.role})`;
    case 'submitted': {
      const { from, to, text, sequence, total } = event;
      const part = total === 1 ? '' : ` (part ${sequence} of ${total})`;
      const answer = event.status === 0 ? `id ${event.messageId}` : statusName(event.status);
      return `submit_sm ${from} → ${to}${part}: “${text}” → ${answer}`;
    }
    case 'received':
      return `phone     ${event.to} has from ${event.from}: “${event.text}”`;
    case 'reported':
      return `receipt   ${event.messageId} ${event.state}: ${event.outcome}`;
    case 'texted':
      return `texted    ${event.from} → ${event.to}: “${event.text}”: ${event.outcome}`;
    default:
      return assertNever(event);
  }
}

const countNames: readonly (readonly [keyof CarrierCounts, string])[] = [
  ['binds', 'binds'],
  ['submits', 'submit_sm'],
  ['accepted', 'accepted'],
  ['throttled', 'throttled'],
  ['refused', 'refused'],
  ['delivered', 'delivered'],
  ['undelivered', 'undelivered'],
  ['receipts', 'receipts'],
  ['texts', 'texts from phones'],
  ['notTaken', 'deliver_sm not taken'],
];

/** The counts that are not 0, on one line. */
export function countsLine(counts: CarrierCounts, calls: TrunkCounts | null = null): string {
  const parts = countNames
    .filter(([name]) => counts[name] > 0)
    .map(([name, words]) => `${counts[name]} ${words}`)
    .concat(calls === null ? [] : callCountWords(calls));
  return parts.length === 0 ? 'nothing came' : parts.join(', ');
}
