import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import {
  callingCodeOf,
  callingCodeOfCountry,
  countryOf,
  friendlyNumber,
  isAlphanumericSender,
  isShortCode,
  parseNumber,
} from '../../../control/inventory/e164.ts';
import { senderClass } from '../../../control/inventory/senders.ts';

describe('parseNumber', () => {
  it('takes E.164 and tells the country', () => {
    const cases: readonly [text: string, country: string][] = [
      ['+14155552671', 'US'],
      ['+15558675310', 'US'],
      ['+15005550006', 'US'],
      ['+18005551212', 'US'],
      ['+16135550123', 'CA'],
      ['+12425551234', 'BS'],
      ['+447700900123', 'GB'],
      ['+447797712345', 'JE'],
      ['+79161234567', 'RU'],
      ['+77011234567', 'KZ'],
      ['+4915112345678', 'DE'],
      ['+8613800138000', 'CN'],
      ['+80012345678', ''],
    ];
    for (const [text, country] of cases) {
      assert.deepEqual(parseNumber(text), { ok: true, value: { e164: text, country } });
    }
  });

  it('forgives punctuation, a trunk prefix, and a missing plus sign for the default country', () => {
    const cases: readonly [text: string, e164: string, country?: 'GB'][] = [
      ['+1 (415) 555-2671', '+14155552671'],
      [' +1.415.555.2671 ', '+14155552671'],
      ['4155552671', '+14155552671'],
      ['14155552671', '+14155552671'],
      [' 14155552671', '+14155552671'],
      ['(415) 555-2671', '+14155552671'],
      ['+4407700900123', '+447700900123'],
      ['07700 900123', '+447700900123', 'GB'],
    ];
    for (const [text, e164, country] of cases) {
      const parsed = parseNumber(text, country);
      assert.equal(parsed.ok ? parsed.value.e164 : parsed.error, e164, text);
    }
  });

  it('refuses the rest, saying why', () => {
    const cases: readonly [text: string, error: string][] = [
      ['', 'empty'],
      ['  ', 'empty'],
      ['abc', 'malformed'],
      ['+1415555CALL', 'malformed'],
      ['+1415++', 'malformed'],
      ['call +14155552671', 'malformed'],
      ['+1 415 555 2671 ext. 5', 'malformed'],
      ['+14155552671'.repeat(1000), 'malformed'],
      ['+1415555267', 'impossible'],
      ['+141555526711', 'impossible'],
      ['+999123456789', 'impossible'],
      ['+0123456789', 'impossible'],
      ['12345', 'impossible'],
      ['+', 'malformed'],
    ];
    for (const [text, error] of cases) assert.deepEqual(parseNumber(text), { ok: false, error }, text);
  });

  it('never throws, and gives nothing but E.164', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: fc.constantFrom('+', '0', '1', '4', '9', ' ', '-', '(', ')') }),
        ),
        (text) => {
          const parsed = parseNumber(text);
          if (parsed.ok) assert.match(parsed.value.e164, /^\+[1-9]\d{4,14}$/);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('takes at least what libphonenumber holds for possible, and changes no E.164 number', () => {
    const digits = fc.string({
      unit: fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'),
      minLength: 5,
      maxLength: 15,
    });
    fc.assert(
      fc.property(
        digits.filter((text) => !text.startsWith('0')),
        (text) => {
          const theirs = parsePhoneNumberFromString(`+${text}`);
          if (theirs?.isPossible() !== true || theirs.number !== `+${text}`) return;
          const ours = parseNumber(`+${text}`);
          assert.equal(ours.ok && ours.value.e164, `+${text}`);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('countries', () => {
  it('agree with libphonenumber wherever it knows', () => {
    const number = fc.tuple(
      fc.constantFrom('1', '7', '44', '39', '47', '61', '212', '262', '358', '590', '599', '33', '86'),
      fc.integer({ min: 20_000_000, max: 9_999_999_999 }),
    );
    // In +1 an exchange begins with 2 to 9; libphonenumber takes some that do not for one country's.
    const isNumber = ([code, national]: readonly [string, number]): boolean =>
      code !== '1' || /^[2-9]\d\d[2-9]/.test(String(national));
    fc.assert(
      fc.property(number.filter(isNumber), ([code, national]) => {
        const parsed = parsePhoneNumberFromString(`+${code}${national}`);
        if (parsed?.isValid() === true && parsed.country !== undefined) {
          assert.equal(countryOf(parsed.number), parsed.country);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('have calling codes', () => {
    assert.equal(callingCodeOf('+14155552671'), '1');
    assert.equal(callingCodeOf('+35316601234'), '353');
    assert.equal(callingCodeOf('+999'), undefined);
    assert.equal(callingCodeOfCountry('JE'), '44');
    assert.equal(callingCodeOfCountry('XX'), undefined);
    assert.equal(countryOf('nonsense'), '');
  });
});

describe('senders', () => {
  it('are told apart by their form', () => {
    assert.equal(senderClass('+14155552671'), 'local');
    assert.equal(senderClass('+18885552671'), 'tollfree');
    assert.equal(senderClass('12345'), 'shortcode');
    assert.equal(senderClass('Strowger'), 'alphanumeric');
    assert.equal(senderClass('+447700900123', { type: 'mobile' }), 'mobile');
  });

  it('are alphanumeric with 1 to 11 of the allowed characters and a letter', () => {
    for (const text of ['A', 'Strowger', 'My Co-1_&+', 'abcdefghijk', '1234567890a']) {
      assert.equal(isAlphanumericSender(text), true, text);
    }
    for (const text of ['', '123', ' -_', 'abcdefghijkl', 'Café', 'a.b', 'a\n', '+14155552671']) {
      assert.equal(isAlphanumericSender(text), false, text);
    }
  });

  it('are short codes with 3 to 8 digits', () => {
    for (const text of ['123', '12345', '12345678']) assert.equal(isShortCode(text), true);
    for (const text of ['12', '123456789', '+12345', '1234a', '12345\n', '١٢٣٤٥']) {
      assert.equal(isShortCode(text), false);
    }
  });

  it('are written as people write them', () => {
    assert.equal(friendlyNumber('+14155552671'), '(415) 555-2671');
    assert.equal(friendlyNumber('+447700900123'), '+447700900123');
    assert.equal(friendlyNumber('12345'), '12345');
  });
});
