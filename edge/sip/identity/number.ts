import { parseUri, unescapeUri } from '../message/uri.ts';

/** Digits of E.164 without `+` (RFC 8224 §8.3); 15 at most. */
export const canonicalNumber = (text: string): string | undefined => {
  const digits = text.replace(/[-.() ]/g, '').replace(/^\+/, '');
  return /^[0-9]{1,15}$/.test(digits) ? digits : undefined;
};

/**
 * The telephone number that a sip: or tel: URI names, without visual separators, with `+` where it has one; undefined
 * if it names none. Parameters in the user part (`;npdi`, RFC 4694) are left out.
 */
export function numberOf(uri: string): string | undefined {
  const parsed = parseUri(uri);
  if (parsed === undefined || parsed.kind === 'other') return undefined;
  const written = parsed.kind === 'tel' ? parsed.number : unescapeUri(parsed.user ?? '');
  const number = (written.split(';')[0] ?? '').replace(/[-.() ]/g, '');
  return /^\+?[0-9]{1,15}$/.test(number) ? number : undefined;
}
