/** Where this room logs: fields for machines, a sentence for people. Never given bodies or secrets. */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

const ignore = (): void => undefined;

export const silentLog: Log = { info: ignore, warn: ignore };
