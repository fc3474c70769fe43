/** E.164's longest number; further digits decide nothing. */
export const digitsMax = 15;

// A digit d becomes the digit d + 1 of base 11, and 0 says that the text ends. So the order of the keys is the order of
// the texts, a prefix comes before all that it begins, and with a 16th place for the plus sign a key stays below 2^53.
const base = 11;

/** How many keys begin as a prefix of so many digits does. */
export const spans: readonly number[] = Array.from(
  { length: digitsMax + 1 },
  (_, digits) => base ** (digitsMax - digits),
);

const plusKey = base ** digitsMax;

/** The key of a number (`+1415…`), a short code or a prefix of either; what follows a character that is no digit is left out. */
export function keyOf(text: string): number {
  const plus = text.charCodeAt(0) === 0x2b;
  const from = plus ? 1 : 0;
  const end = Math.min(text.length, from + digitsMax);
  let key = 0;
  let at = from;
  for (; at < end; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) break;
    key = key * base + digit + 1;
  }
  return key * (spans[at - from] ?? 1) + (plus ? plusKey : 0);
}

/** The text of a prefix's key. */
export function textOfKey(key: number): string {
  const plus = key >= plusKey;
  let rest = plus ? key - plusKey : key;
  let text = plus ? '+' : '';
  for (let digits = 1; digits <= digitsMax && rest > 0; digits++) {
    const span = spans[digits] ?? 1;
    const digit = Math.floor(rest / span);
    text += String(digit - 1);
    rest -= digit * span;
  }
  return text;
}

/** Whether a text is a prefix: `+` and at most 15 digits, or 1 to 8 bare digits for short codes. */
export const isPrefix = (text: string): boolean => /^(\+\d{0,15}|\d{1,8})$/.test(text);
