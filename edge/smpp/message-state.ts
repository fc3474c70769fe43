/** What an SMSC says became of a message (SMPP 3.4 §5.2.28; 5.0 §4.7.15 adds the first and the last). */
export type MessageState =
  | 'SCHEDULED'
  | 'ENROUTE'
  | 'DELIVERED'
  | 'EXPIRED'
  | 'DELETED'
  | 'UNDELIVERABLE'
  | 'ACCEPTED'
  | 'UNKNOWN'
  | 'REJECTED'
  | 'SKIPPED';

interface Row {
  /** Value of the message_state TLV. */
  readonly value: number;
  /** In the text of a receipt (SMPP 3.4 appendix B). */
  readonly word: string;
  /** The SMSC will not report on the message again. */
  readonly final: boolean;
}

/**
 * ACCEPTED is final by the letter of §5.2.28, but SMSCs send it when the next network has taken the message, and
 * report again.
 */
const states: Readonly<Record<MessageState, Row>> = {
  SCHEDULED: { value: 0, word: 'SCHEDUL', final: false },
  ENROUTE: { value: 1, word: 'ENROUTE', final: false },
  DELIVERED: { value: 2, word: 'DELIVRD', final: true },
  EXPIRED: { value: 3, word: 'EXPIRED', final: true },
  DELETED: { value: 4, word: 'DELETED', final: true },
  UNDELIVERABLE: { value: 5, word: 'UNDELIV', final: true },
  ACCEPTED: { value: 6, word: 'ACCEPTD', final: false },
  UNKNOWN: { value: 7, word: 'UNKNOWN', final: true },
  REJECTED: { value: 8, word: 'REJECTD', final: true },
  SKIPPED: { value: 9, word: 'SKIPPED', final: true },
};

/** Words seen beside those of the specification. */
const otherWords: readonly (readonly [word: string, state: MessageState])[] = [
  ['SCHEDULED', 'SCHEDULED'],
  ['BUFFERED', 'ENROUTE'],
  ['BUFFRED', 'ENROUTE'],
  ['EN_ROUTE', 'ENROUTE'],
  ['DELIVERED', 'DELIVERED'],
  ['UNDELIVERABLE', 'UNDELIVERABLE'],
  ['UNDELIVERED', 'UNDELIVERABLE'],
  ['UNDELIVRD', 'UNDELIVERABLE'],
  ['FAILED', 'UNDELIVERABLE'],
  ['ACCEPTED', 'ACCEPTED'],
  ['REJECTED', 'REJECTED'],
];

const rows = Object.entries(states) as [MessageState, Row][];
const byValue = new Map(rows.map(([state, { value }]) => [value, state]));
const byWord = new Map([...rows.map(([state, { word }]) => [word, state] as const), ...otherWords]);

/** The state a message_state TLV names; undefined for a value neither edition of SMPP has. */
export const stateOfValue = (value: number): MessageState | undefined => byValue.get(value);

/** The state a receipt's text names, in words or as a number, in any case; UNKNOWN for any other word. */
export function stateOfWord(word: string): MessageState {
  const named = byWord.get(word.toUpperCase());
  if (named !== undefined) return named;
  return (/^\d{1,2}$/.test(word) ? stateOfValue(Number(word)) : undefined) ?? 'UNKNOWN';
}

export const stateValue = (state: MessageState): number => states[state].value;
export const stateWord = (state: MessageState): string => states[state].word;
export const isFinalState = (state: MessageState): boolean => states[state].final;
