import { tagOf } from '../message/address.ts';
import type { Headers } from '../message/headers.ts';

/**
 * The tag of From or To of a message that has been validated; undefined without one. Every request is asked several
 * times, so the usual form, a bracketed URI with the tag behind it, is not read as a whole.
 */
export function quickTag(message: { readonly headers: Headers }, name: 'from' | 'to'): string | undefined {
  const value = message.headers.get(name);
  if (value === undefined) return undefined;
  const end = value.lastIndexOf('>');
  if (end < 0) return tagOf(message, name);
  if (end === value.length - 1) return undefined;
  if (!value.startsWith(';tag=', end + 1)) return tagOf(message, name);
  const start = end + 6;
  for (let at = start; at < value.length; at++) {
    const code = value.charCodeAt(at);
    // Anything but a token ends the quick way: `;`, blanks, quotes.
    if (code <= 32 || code === 59 || code === 34) return tagOf(message, name);
  }
  return start === value.length ? undefined : value.slice(start);
}
