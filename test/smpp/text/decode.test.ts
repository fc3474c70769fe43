import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codingOf, type DefaultAlphabet } from '../../../edge/smpp/text/data-coding.ts';
import { decodeShortMessage } from '../../../edge/smpp/text/decode.ts';

const read = (dataCoding: number, hex: string, alphabet: DefaultAlphabet = 'gsm7'): string => {
  const message = decodeShortMessage(dataCoding, Buffer.from(hex, 'hex'), alphabet);
  return message.kind === 'text' ? message.text : '(binary)';
};

describe('decodeShortMessage', () => {
  const examples: [name: string, dataCoding: number, hex: string, text: string][] = [
    ['the default alphabet', 0x00, '0048691b65', '@Hi€'],
    ['IA5', 0x01, '4024e9', '@$\ufffd'],
    ['octets', 0x02, '414243', '(binary)'],
    ['Latin-1', 0x03, '40e9ff80', '@éÿ\u0080'],
    ['octets, the other value', 0x04, '414243', '(binary)'],
    ['Shift JIS', 0x05, '93fa967b', '日本'],
    ['JIS with escapes', 0x05, '1b2442467c4b5c1b2842', '日本'],
    ['Cyrillic', 0x06, 'bfe0d8', 'При'],
    ['Hebrew', 0x07, 'f9ec', 'של'],
    ['UCS2', 0x08, '0416d83dde00', 'Ж😀'],
    ['pictograms', 0x09, '93fa', '日'],
    ['ISO-2022-JP', 0x0a, '1b2442467c1b2842', '日'],
    ['a reserved value', 0x0b, '00', '@'],
    ['extended kanji', 0x0d, 'c6fc', '日'],
    ['KS C 5601', 0x0e, 'c7d1', '한'],
    ['GSM, class 0', 0x10, '00', '@'],
    ['GSM, 8-bit data', 0x14, '00', '(binary)'],
    ['GSM, UCS2, class 0', 0x18, '0041', 'A'],
    ['GSM, compressed', 0x20, '00', '(binary)'],
    ['GSM, automatic deletion', 0x40, '00', '@'],
    ['GSM, automatic deletion, UCS2', 0x48, '0041', 'A'],
    ['a reserved group', 0x80, '00', '@'],
    ['message waiting, discard', 0xc8, '00', '@'],
    ['message waiting, store', 0xd8, '00', '@'],
    ['message waiting, UCS2', 0xe8, '0041', 'A'],
    ['message class, text', 0xf0, '00', '@'],
    ['message class, text, class 3', 0xf3, '00', '@'],
    ['message class, data', 0xf5, '00', '(binary)'],
  ];
  for (const [name, dataCoding, hex, text] of examples) {
    it(`reads ${name}`, () => assert.equal(read(dataCoding, hex), text));
  }

  it('reads data_coding 0 as the carrier means it', () => {
    assert.equal(read(0, '40e9', 'latin1'), '@é');
    assert.equal(read(0, '40e9', 'ascii'), '@\ufffd');
    assert.equal(read(0, '40c3a9ff', 'utf8'), '@é\ufffd');
    assert.equal(read(0xf1, '40e9', 'latin1'), '@é');
  });

  it('knows every value of the octet', () => {
    for (let value = 0; value < 256; value++) assert.ok(codingOf(value).length > 0);
  });

  it('unpacks septets where asked to, aligned after the header', () => {
    const packed = Buffer.from('e8329bfd4697d9ec37', 'hex');
    const read = decodeShortMessage(0, packed, 'gsm7', { packed: { headerOctets: 0 } });
    assert.deepEqual(read, { kind: 'text', text: 'hellohello' });
    // One fill bit after a header of six octets: 'A' is 0x41, shifted left by one.
    const aligned = decodeShortMessage(0, Buffer.from([0x82]), 'gsm7', { packed: { headerOctets: 6 } });
    assert.deepEqual(aligned, { kind: 'text', text: 'A' });
  });
});
