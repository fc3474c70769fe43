import { parseMultipart } from '../../edge/http/multipart.ts';
import type { Dice, Fuzzer } from './fuzzer.ts';

const limits = { fieldsMax: 16, nameBytesMax: 64 };

const pieces: readonly string[] = [
  '--x', '--x--', '--x\r\n', '--x--\r\n', '--y\r\n', '\r\n', '\r\n\r\n', '\n', '\r', ': ', ';', '"', '\\"', '\0', '\xc3\xa9', '\xff',
  'Content-Disposition: form-data; name="a"', 'Content-Disposition: form-data; name="a"; filename="f"',
  "Content-Disposition: form-data; name*=utf-8''%ff", 'Content-Type: text/plain; charset=utf-16', 'Content-Type: image/png',
  'Content-Transfer-Encoding: base64', 'value', 'a'.repeat(500), 'X: y\r\n'.repeat(50), 'name="__proto__"',
]; // prettier-ignore

const types: readonly string[] = [
  'multipart/form-data; boundary=x',
  'multipart/form-data; boundary="x"',
  'multipart/form-data; boundary=',
  `multipart/form-data; boundary=${'x'.repeat(200)}`,
  'multipart/form-data',
  'multipart/form-data; boundary=x; boundary=y',
  'multipart/mixed; boundary=x',
  'multipart/form-data; boundary=\xff',
  ';',
];

function body(dice: Dice): Buffer {
  if (dice.int(8) === 0) return dice.bytes(dice.int(400));
  let text = dice.int(2) === 0 ? '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' : '';
  for (let count = dice.int(20); count > 0; count--) text += dice.pick(pieces);
  return Buffer.from(text + (dice.int(2) === 0 ? '\r\n--x--\r\n' : ''), 'latin1');
}

/** Multipart bodies of every kind: an answer comes, within the bounds, and nothing throws. */
const fuzzer: Fuzzer = {
  name: 'multipart',
  async attack(dice) {
    const bytes = body(dice);
    const result = await parseMultipart(
      bytes,
      dice.int(3) === 0 ? dice.pick(types) : 'multipart/form-data; boundary=x',
      limits,
    );
    if (!result.ok) return;
    if (result.value.size > limits.fieldsMax) throw new Error('too many fields');
    for (const name of result.value.names()) {
      if (Buffer.byteLength(name) > limits.nameBytesMax) throw new Error('a name is too long');
      for (const value of result.value.all(name)) {
        if (Buffer.byteLength(value) > 4 * bytes.length) throw new Error('a value is longer than the body');
      }
    }
  },
};

export { fuzzer };
