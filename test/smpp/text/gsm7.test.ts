import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  defaultAlphabet,
  defaultExtension,
  lockingShifts,
  singleShifts,
} from '../../../edge/smpp/text/gsm7-tables.ts';
import {
  decodeGsm7,
  encodeGsm7,
  fillBitsAfter,
  gsm7Length,
  unpackSeptets,
} from '../../../edge/smpp/text/gsm7.ts';

const encodable = Array.from(defaultAlphabet + defaultExtension).filter((c) => c !== '\u001b');
const gsmText = fc.array(fc.constantFrom(...encodable), { maxLength: 400 }).map((units) => units.join(''));

/** The inverse of `unpackSeptets`, written bit by bit. */
function pack(septets: Uint8Array, fillBits: number): Buffer {
  const bits: number[] = Array.from({ length: fillBits }, () => 0);
  for (const septet of septets) for (let bit = 0; bit < 7; bit++) bits.push((septet >> bit) & 1);
  const out = Buffer.alloc(Math.ceil(bits.length / 8));
  bits.forEach((bit, i) => {
    out[i >> 3] = (out[i >> 3] ?? 0) | (bit << (i & 7));
  });
  return out;
}

describe('GSM 7-bit tables', () => {
  it('have 128 positions each', () => {
    const tables = [
      defaultAlphabet,
      defaultExtension,
      ...Object.values(lockingShifts),
      ...Object.values(singleShifts),
    ];
    for (const table of tables) assert.equal(table.length, 128);
  });

  it('keep the escape, the line feed, the carriage return and the space of every alphabet in place', () => {
    for (const table of [defaultAlphabet, ...Object.values(lockingShifts)]) {
      assert.deepEqual([table[0x1b], table[0x0a], table[0x0d], table[0x20]], ['\u001b', '\n', '\r', ' ']);
    }
  });

  it('repeat no character within an alphabet', () => {
    for (const table of [defaultAlphabet, ...Object.values(lockingShifts)])
      assert.equal(new Set(table).size, 128);
  });
});

describe('encodeGsm7', () => {
  const examples: [string, string][] = [
    ['@£$¥', '00010203'],
    ['Hello', '48656c6c6f'],
    ['_', '11'],
    ['à', '7f'],
    ['Ç', '09'],
    ['€', '1b65'],
    ['[]{}', '1b3c1b3e1b281b29'],
    ['\\^~|', '1b2f1b141b3d1b40'],
    ['\f', '1b0a'],
    ['ΔΦΓΛΩΠΨΣΘΞ', '1012131415161718191a'],
  ];
  for (const [text, octets] of examples) {
    it(`writes ${JSON.stringify(text)}`, () => {
      assert.equal(encodeGsm7(text)?.toString('hex'), octets);
      assert.equal(gsm7Length(text), octets.length / 2);
    });
  }

  it('refuses what the alphabet lacks', () => {
    for (const text of ['ç', '“', 'Ж', '`', '\u001b', '\t', '😀', 'hello\u00a0you']) {
      assert.equal(encodeGsm7(text), undefined);
      assert.equal(gsm7Length(text), -1);
    }
  });

  it('is undone by decodeGsm7', () => {
    fc.assert(
      fc.property(gsmText, (text) => {
        const octets = encodeGsm7(text);
        assert.ok(octets);
        assert.equal(octets.length, gsm7Length(text));
        assert.equal(decodeGsm7(octets), text);
      }),
    );
  });
});

describe('decodeGsm7', () => {
  const read = (hex: string, language = {}): string => decodeGsm7(Buffer.from(hex, 'hex'), language);

  it('reads an escape before a position without a character as the main character', () => {
    assert.equal(read('1b41'), 'A');
  });

  it('reads an escape that is doubled or ends the text as a space', () => {
    assert.equal(read('411b1b42'), 'A B');
    assert.equal(read('411b'), 'A ');
  });

  it('replaces octets above seven bits', () => {
    assert.equal(read('41c342'), 'A\ufffdB');
    assert.equal(read('1bc3'), '\ufffd');
  });

  it('reads the Turkish tables', () => {
    assert.equal(read('1b531b731b471b671b491b691b631b65', { singleShift: 1 }), 'ŞşĞğİıç€');
    assert.equal(read('071c1d0b0c406004', { lockingShift: 1 }), 'ıŞşĞğİç€');
  });

  it('reads the Spanish single shift', () => {
    assert.equal(read('1b411b491b4f1b551b611b691b6f1b751b09', { singleShift: 2 }), 'ÁÍÓÚáíóúç');
  });

  it('reads the Portuguese tables', () => {
    assert.equal(read('1b7b1b7c1b091b051b7f', { singleShift: 3 }), 'ãõçêâ');
    assert.equal(read('097b7c0f1e', { lockingShift: 3 }), 'çãõáÊ');
    // A shifted main table is also what an escape falls back to.
    assert.equal(read('1b7b', { lockingShift: 3 }), 'ã');
  });

  it('reads a language it has no table for as the default alphabet', () => {
    assert.equal(read('00411b65', { singleShift: 13, lockingShift: 13 }), '@A€');
  });
});

describe('unpackSeptets', () => {
  it('reads the well-known packing of "hellohello"', () => {
    assert.equal(decodeGsm7(unpackSeptets(Buffer.from('e8329bfd4697d9ec37', 'hex'))), 'hellohello');
  });

  it('undoes packing at every alignment, but for one trailing @ that cannot be told from filling', () => {
    const septets = fc.uint8Array({ max: 127, maxLength: 200 }).filter((all) => all.at(-1) !== 0);
    fc.assert(
      fc.property(septets, fc.integer({ min: 0, max: 6 }), (all, fillBits) => {
        const unpacked = unpackSeptets(pack(all, fillBits), fillBits);
        assert.deepEqual([...unpacked], [...all]);
      }),
    );
  });

  it('aligns the text after a header', () => {
    assert.equal(fillBitsAfter(0), 0);
    assert.equal(fillBitsAfter(6), 1);
    assert.equal(fillBitsAfter(7), 0);
  });
});
