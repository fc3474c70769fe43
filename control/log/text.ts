import { printable } from '../base/printable.ts';

/** A value that needs no quotes to be read as one word. */
const plain = /^[\w.:+/@-]+$/;

const oneLine = (text: string): string =>
  printable(text).replace(/[\n\r]/g, (end) => (end === '\n' ? '\\n' : '\\r'));

/**
 * A line of JSON as a person reads it: what happened, then its fields as `name=value`. `stamped`: with its time and level
 * in front, where nobody else keeps them.
 */
export function textLine(json: string, stamped: boolean): string {
  const { time, level, message, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const words = Object.entries(fields).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `${name}=${plain.test(text) ? text : JSON.stringify(text)}`;
  });
  const front = stamped ? [String(time), String(level)] : [];
  return `${oneLine([...front, String(message), ...words].join(' '))}\n`;
}
