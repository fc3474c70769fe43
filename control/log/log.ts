/** What an event says besides its words: SIDs, codes, durations. Never bodies; secrets are struck out by `redact`. */
export type Fields = Readonly<Record<string, unknown>>;

/** Where every room logs: fields for machines, a sentence for people; one line an event. */
export interface Log {
  debug(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
  /** A log that adds `fields` to every line. */
  child(fields: Fields): Log;
}

const ignore = (): void => undefined;

export const silentLog: Log = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  child: () => silentLog,
};
