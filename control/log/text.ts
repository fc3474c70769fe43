import { printable } from '../base/printable.ts';

/** A value that needs no quotes to be read as one word. */
const plain = /^[\w.:+/@-]+$/;

const oneLine = (text: string): string =>
  printable(text).replace(/[\n\r]/g, (end) => (end === '\n' ? '\\n' : '\\r'));

/** A line of pino's. */
export interface ParsedLine extends Readonly<Record<string, unknown>> {
  readonly time: string;
  readonly level: string;
  readonly message: string;
}

/**
 * A line as a person reads it: what happened, then its fields as `name=value`. `stamped`: with its time and level in
 * front, where nobody else keeps them.
 */
export function textLine({ time, level, message, ...fields }: ParsedLine, stamped: boolean): string {
  const words = Object.entries(fields).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `${name}=${plain.test(text) ? text : JSON.stringify(text)}`;
  });
  const front = stamped ? [time, level] : [];
  return oneLine([...front, message, ...words].join(' '));
}
