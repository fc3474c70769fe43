import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { smartEncodingTable } from '../../edge/messaging/segments/smart-encoding-table.ts';
import { smartEncode } from '../../edge/messaging/segments/smart-encoding.ts';
import {
  characterCount,
  dataCodingOf,
  segment,
  segmentCount,
  type Encoding,
} from '../../edge/messaging/segments/segments.ts';
import { defaultAlphabet, defaultExtension } from '../../edge/smpp/text/gsm7-tables.ts';
import { decodeGsm7, encodeGsm7 } from '../../edge/smpp/text/gsm7.ts';
import { decodeUcs2 } from '../../edge/smpp/text/ucs2.ts';

const family = '👨‍👩‍👧'; // 8 UTF-16 units

describe('segment', () => {
  const examples: [name: string, body: string, encoding: Encoding, octets: number[]][] = [
    ['an empty body', '', 'GSM-7', [0]],
    ['one character', 'a', 'GSM-7', [1]],
    ['160 GSM characters', 'a'.repeat(160), 'GSM-7', [160]],
    ['161 GSM characters', 'a'.repeat(161), 'GSM-7', [153, 8]],
    ['306 GSM characters', 'a'.repeat(306), 'GSM-7', [153, 153]],
    ['307 GSM characters', 'a'.repeat(307), 'GSM-7', [153, 153, 1]],
    ['1,600 GSM characters', 'a'.repeat(1600), 'GSM-7', [...Array<number>(10).fill(153), 70]],
    ['80 euro signs, which count 2', '€'.repeat(80), 'GSM-7', [160]],
    ['81 euro signs', '€'.repeat(81), 'GSM-7', [152, 10]],
    ['an extension character at a boundary', `${'a'.repeat(152)}{${'a'.repeat(10)}`, 'GSM-7', [152, 12]],
    ['an extension character before a boundary', `${'a'.repeat(151)}{${'a'.repeat(10)}`, 'GSM-7', [153, 10]],
    ['line ends', 'a\r\nb', 'GSM-7', [4]],
    ['70 UCS-2 characters', 'я'.repeat(70), 'UCS-2', [140]],
    ['71 UCS-2 characters', 'я'.repeat(71), 'UCS-2', [134, 8]],
    ['134 UCS-2 characters', 'я'.repeat(134), 'UCS-2', [134, 134]],
    ['135 UCS-2 characters', 'я'.repeat(135), 'UCS-2', [134, 134, 2]],
    ['one UCS-2 character among 152', `${'a'.repeat(152)}я`, 'UCS-2', [134, 134, 38]],
    ['35 emoji', '😀'.repeat(35), 'UCS-2', [140]],
    ['36 emoji', '😀'.repeat(36), 'UCS-2', [132, 12]],
    ['an emoji at a boundary', `${'я'.repeat(66)}😀${'я'.repeat(5)}`, 'UCS-2', [132, 14]],
    ['a family', family, 'UCS-2', [16]],
    ['a grave accent', '`', 'UCS-2', [2]],
    ['a small c with cedilla', 'ç', 'UCS-2', [2]],
    ['a tab', '\t', 'UCS-2', [2]],
  ];
  for (const [name, body, encoding, octets] of examples) {
    it(`splits ${name}`, () => {
      const all = segment(body);
      assert.equal(all.encoding, encoding);
      assert.deepEqual(
        all.segments.map((one) => one.length),
        octets,
      );
      assert.equal(all.count, octets.length);
      assert.equal(segmentCount(body), octets.length);
      assert.equal(all.characters, body.length);
    });
  }

  const gsm = fc.constantFrom(
    ...Array.from(defaultAlphabet + defaultExtension).filter((c) => c !== '\u001b'),
  );
  const body = fc.oneof(
    fc.array(gsm, { maxLength: 700 }).map((all) => all.join('')),
    fc.array(fc.constantFrom('a', '{', '€', '^'), { maxLength: 700 }).map((all) => all.join('')),
    fc.array(fc.constantFrom('a', 'я', '😀', family), { maxLength: 300 }).map((all) => all.join('')),
    fc.string({ unit: 'grapheme', maxLength: 300 }).filter((all) => !all.startsWith('\ufeff')),
  );

  it('loses nothing, exceeds no limit and cuts no character', () => {
    fc.assert(
      fc.property(body, (text) => {
        const { encoding, segments, count } = segment(text);
        const gsm7 = encoding === 'GSM-7';
        const whole = Buffer.concat(segments);
        assert.equal(gsm7 ? decodeGsm7(whole) : decodeUcs2(whole), text);
        assert.equal(count, segments.length);
        assert.equal(segmentCount(text), count);
        const most = count === 1 ? (gsm7 ? 160 : 140) : gsm7 ? 153 : 134;
        for (const [i, one] of segments.entries()) {
          assert.ok(one.length <= most);
          // Within one character of full, but for the last.
          if (i < count - 1) assert.ok(one.length >= most - (gsm7 ? 1 : 2));
          if (gsm7) assert.notEqual(one.at(-1), 0x1b);
          else if (one.length > 0) {
            const first = one.readUInt16BE(0);
            const last = one.readUInt16BE(one.length - 2);
            assert.ok(first < 0xdc00 || first > 0xdfff);
            assert.ok(last < 0xd800 || last > 0xdbff);
          }
        }
      }),
    );
  });

  it('names the data_coding', () => {
    assert.equal(dataCodingOf('GSM-7'), 0);
    assert.equal(dataCodingOf('UCS-2'), 8);
  });

  it('counts UTF-16 units toward the limit of 1,600', () => {
    assert.equal(characterCount('a€😀'), 4);
  });
});

describe('smartEncode', () => {
  it('replaces typographic characters', () => {
    assert.equal(smartEncode('“Don’t” – wait…'), '"Don\'t" - wait...');
    assert.equal(smartEncode('a\u00a0b\u2009c\u200bd'), 'a b cd');
    assert.equal(smartEncode('½ ‼ ‹›'), '1/2 !! ><');
    assert.equal(smartEncode('\ufeff'), '');
  });

  it('leaves everything else', () => {
    for (const text of ['', 'plain', 'Ünï {€}', '日本', '😀']) assert.equal(smartEncode(text), text);
  });

  it('turns each character of its table into GSM 7-bit, which none of them was', () => {
    const seen = new Set<string>();
    for (const [from, to] of smartEncodingTable) {
      assert.ok(encodeGsm7(to));
      for (const unit of from) {
        assert.equal(unit.length, 1);
        assert.equal(encodeGsm7(unit), undefined);
        assert.ok(!seen.has(unit), `U+${unit.charCodeAt(0).toString(16)} is there twice`);
        seen.add(unit);
      }
    }
  });

  it('is applied where it is asked for', () => {
    const body = `It’s ${'a'.repeat(100)}`;
    assert.equal(segment(body).encoding, 'UCS-2');
    assert.equal(segmentCount(body), 2);
    const smart = segment(body, { smartEncoding: true });
    assert.equal(smart.encoding, 'GSM-7');
    assert.equal(smart.count, 1);
    assert.equal(segmentCount(body, { smartEncoding: true }), 1);
    assert.equal(smart.characters, body.length);
  });
});
