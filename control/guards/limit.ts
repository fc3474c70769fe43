/** How much an account may send to numbers that begin with a prefix. null: as much as it likes. */
export interface Limit {
  /** `+` for every number. */
  readonly prefix: string;
  readonly messagesPerHour: number | null;
  readonly callsPerHour: number | null;
  /** Millionths of the account's currency, in a day of UTC. */
  readonly spendPerDay: number | null;
}
