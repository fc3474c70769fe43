/** A digit of an INFO request. */
export interface InfoDigit {
  readonly digit: string;
  readonly durationMs: number;
}

const defaultMs = 160;

/**
 * Reads the body of an INFO: `application/dtmf-relay` has `Signal=5` and `Duration=160`, `application/dtmf` the digit
 * alone. Both come from practice, not from an RFC. Undefined for anything else.
 */
export function readInfoDigit(contentType: string, body: string): InfoDigit | undefined {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/dtmf') return digitOf(body.trim(), defaultMs);
  if (type !== 'application/dtmf-relay') return undefined;
  const signal = /^\s*signal\s*=\s*(\S+)\s*$/im.exec(body)?.[1] ?? '';
  const duration = /^\s*duration\s*=\s*(\d{1,5})\s*$/im.exec(body)?.[1];
  return digitOf(signal, duration === undefined ? defaultMs : Number(duration));
}

/** RFC 4733 numbers star and hash 10 and 11, and some senders write these here. */
const numbered: Readonly<Record<string, string>> = { '10': '*', '11': '#' };

function digitOf(signal: string, durationMs: number): InfoDigit | undefined {
  const digit = numbered[signal] ?? signal.toUpperCase();
  return /^[0-9A-D*#]$/.test(digit) ? { digit, durationMs } : undefined;
}
