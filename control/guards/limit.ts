/** How much an account may send to numbers that begin with a prefix. null: as much as it likes. */
export interface Limit {
  /** `+` for every number. */
  readonly prefix: string;
  readonly messagesPerHour: number | null;
  readonly callsPerHour: number | null;
  /** Millionths of the account's currency, in a day of UTC. */
  readonly spendPerDay: number | null;
}

/** `5.00` in millionths; undefined for what is no amount, or more than can be counted exactly. */
export function microsOf(text: string): number | undefined {
  const match = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(text);
  if (match === null) return undefined;
  const [, whole = '', part = ''] = match;
  return Number(whole) * 1_000_000 + Number(part.padEnd(6, '0'));
}

/** Millionths as people write them, `5.00`. */
export function amountText(micros: number): string {
  const part = String(micros % 1_000_000).padStart(6, '0');
  return `${Math.floor(micros / 1_000_000)}.${part.slice(0, 2)}${part.slice(2).replace(/0+$/, '')}`;
}
