import { fail, ok, type Result } from '../base/result.ts';

/**
 * What the digits of a number are compared with: digits, `*` for any one digit, `%` for any run of digits, also none.
 * A pattern that is not anchored begins and ends with `%`.
 */
export interface NumberPattern {
  readonly glob: string;
  /** Digits that every match begins with; '' if the pattern is not anchored at the start. */
  readonly prefix: string;
  /** It has letters: somebody looks for a number that spells a word. */
  readonly word: boolean;
}

const keypad: Readonly<Record<string, string>> = Object.fromEntries(
  ['ABC', 'DEF', 'GHI', 'JKL', 'MNO', 'PQRS', 'TUV', 'WXYZ'].flatMap((letters, index) =>
    Array.from(letters, (letter) => [letter, String(index + 2)] as const),
  ),
);

/**
 * The patterns of `Contains` (AvailablePhoneNumbers) and `PhoneNumber` (IncomingPhoneNumbers): digits, letters as on
 * a keypad, `*`, `%`, a `+` that anchors the start and a `$` that anchors the end; at most 16 characters
 * (https://www.twilio.com/docs/phone-numbers/api/availablephonenumberlocal-resource). Twilio asks for two digits or
 * letters at least: `digitsMin`.
 */
export function parsePattern(text: string, digitsMin: number): Result<NumberPattern, 'badPattern'> {
  if (text.length > 16 || !/^\+?[0-9A-Za-z*%]+\$?$/.test(text)) return fail('badPattern');
  const fromStart = text.startsWith('+');
  const toEnd = text.endsWith('$');
  const middle = text
    .slice(fromStart ? 1 : 0, toEnd ? -1 : undefined)
    .toUpperCase()
    .replace(/[A-Z]/g, (letter) => keypad[letter] ?? letter);
  if (middle.replace(/[*%]/g, '').length < digitsMin) return fail('badPattern');
  const glob = `${fromStart ? '' : '%'}${middle}${toEnd ? '' : '%'}`.replace(/%+/g, '%');
  return ok({ glob, prefix: /^\d*/.exec(glob)?.[0] ?? '', word: /[A-Z]/i.test(text) });
}

/**
 * Whether `digits` (without a plus sign) match. On a mismatch only the last `%` is tried again one digit later, which
 * suffices for such patterns, so the work is bounded by the product of both lengths.
 */
export function matchesPattern({ glob }: NumberPattern, digits: string): boolean {
  let at = 0;
  let wanted = 0;
  let retryAt = -1;
  let retryWanted = -1;
  while (at < digits.length) {
    const token = glob[wanted];
    if (token === '%') {
      retryWanted = ++wanted;
      retryAt = at;
    } else if (token === '*' || token === digits[at]) {
      wanted++;
      at++;
    } else if (retryWanted >= 0) {
      wanted = retryWanted;
      at = ++retryAt;
    } else {
      return false;
    }
  }
  while (glob[wanted] === '%') wanted++;
  return wanted === glob.length;
}
