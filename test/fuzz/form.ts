import { defaultFormLimits, parseForm } from '../../edge/http/form.ts';
import type { Dice, Fuzzer } from './fuzzer.ts';

const pieces: readonly string[] = [
  'a', 'To', '=', '&', '+', '%', '%4', '%41', '%zz', '%2B', '%00', '%c3%a9', '\xc3\xa9', '%F0%9F%98%80', '%ff', '\xff', '%c0%80',
  '%ed%a0%80', '&&', '==', '__proto__=1', 'constructor', '\0', '\r\n', ';', '%26%3D', 'x'.repeat(300), 'a=1&'.repeat(200),
]; // prettier-ignore

function body(dice: Dice): Buffer {
  if (dice.int(8) === 0) return dice.bytes(dice.int(400));
  let text = '';
  for (let count = dice.int(24); count > 0; count--) text += dice.pick(pieces);
  return Buffer.from(text, 'latin1');
}

/** What the format means, said slowly: the parameters, or undefined if the text is not a form. */
function model(text: string): [string, string][] | undefined {
  try {
    return text
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const split = pair.includes('=') ? pair.indexOf('=') : pair.length;
        return [decode(pair.slice(0, split)), decode(pair.slice(split + 1))];
      });
  } catch {
    return undefined;
  }
}

/** Bytes in Latin-1 to text; throws for a bad escape or bytes that are not UTF-8. */
function decode(text: string): string {
  const escaped = text.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`);
  return decodeURIComponent(escaped.replaceAll('+', ' '));
}

/** Forms of every kind: the parser agrees with the slow model, keeps its bounds, and does not throw. */
const fuzzer: Fuzzer = {
  name: 'form',
  attack(dice) {
    const bytes = body(dice);
    const result = parseForm(bytes, defaultFormLimits);
    const expected = model(bytes.toString('latin1'));
    if (!result.ok) {
      const bounded = result.error === 'tooManyFields' || result.error === 'nameTooLong';
      if (!bounded && expected !== undefined) throw new Error(`refused a form: ${result.error}`);
      return;
    }
    if (expected === undefined) throw new Error('took what is no form');
    if (result.value.size > defaultFormLimits.fieldsMax) throw new Error('too many fields');
    if (result.value.size !== expected.length) throw new Error('fields were lost');
    for (const name of result.value.names()) {
      const values = expected.filter(([one]) => one === name).map(([, value]) => value);
      if (JSON.stringify(result.value.all(name)) !== JSON.stringify(values)) throw new Error('values differ');
    }
  },
};

export { fuzzer };
