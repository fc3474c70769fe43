import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { partOf } from '../../edge/loopback/part.ts';
import { Phones } from '../../edge/loopback/phones.ts';
import { deliveriesOf } from '../../edge/loopback/texting.ts';
import { bytesTlv, integerTlv } from '../../edge/smpp/tlvs.ts';
import { sample } from '../smpp/sample.ts';

const a = '+15125550142';
const b = '+14155550100';
const gsmText = fc
  .array(fc.constantFrom('a', 'Z', '9', ' ', '\n', '@', 'é', 'ñ', '€', '{', ']', '\\', '~', '^', '|'), {
    maxLength: 900,
  })
  .map((characters) => characters.join(''));
const anyText = fc.string({ unit: 'grapheme', maxLength: 400 });

describe('phones', () => {
  it('read what phones write, in whatever order the parts come', () => {
    fc.assert(
      fc.property(fc.oneof(gsmText, anyText), fc.nat(255), fc.gen(), (text, reference, gen) => {
        const sent = deliveriesOf(a, b, text, reference);
        const shuffled = gen(fc.shuffledSubarray, sent, { minLength: sent.length, maxLength: sent.length });
        const phones = new Phones();
        const shown = shuffled.flatMap((sm) => phones.receive(partOf(sm)) ?? []);
        assert.deepEqual(shown, [{ from: a, to: b, text, parts: sent.length }]);
        for (const { shortMessage } of sent) assert.ok(shortMessage.length <= 160);
      }),
    );
  });

  it('send 160 characters of GSM 7-bit whole, and 70 of UCS-2', () => {
    const parts = (text: string): number => deliveriesOf(a, b, text, 1).length;
    assert.deepEqual([parts('x'.repeat(160)), parts('x'.repeat(161))], [1, 2]);
    assert.deepEqual([parts('ж'.repeat(70)), parts('ж'.repeat(71))], [1, 2]);
  });

  it('join parts by SAR parameters, and read message_payload', () => {
    const part = (sequence: number, text: string) => ({
      ...sample,
      shortMessage: Buffer.from(text),
      tlvs: [
        integerTlv('sar_msg_ref_num', 7),
        integerTlv('sar_total_segments', 2),
        integerTlv('sar_segment_seqnum', sequence),
      ],
    });
    const phones = new Phones();
    assert.equal(phones.receive(partOf(part(2, 'world'))), undefined);
    assert.equal(phones.receive(partOf(part(1, 'Hello ')))?.text, 'Hello world');
    const payload = {
      ...sample,
      shortMessage: Buffer.alloc(0),
      tlvs: [bytesTlv('message_payload', Buffer.from('Hi'))],
    };
    assert.equal(phones.receive(partOf(payload))?.text, 'Hi');
  });

  it('keep apart what only shares its reference', () => {
    const phones = new Phones();
    const [first] = deliveriesOf(a, b, 'x'.repeat(200), 1);
    const [, second] = deliveriesOf(b, a, 'y'.repeat(200), 1);
    assert.equal(phones.receive(partOf(first!)), undefined);
    assert.equal(phones.receive(partOf(second!)), undefined);
  });

  it('forget the oldest incomplete message beyond their bound', () => {
    const phones = new Phones(2);
    const texts = [1, 2, 3].map((reference) => deliveriesOf(a, b, 'x'.repeat(200), reference));
    for (const [first] of texts) phones.receive(partOf(first!));
    const ends = texts.reverse().map(([, last]) => phones.receive(partOf(last!)) !== undefined);
    assert.deepEqual(ends, [true, true, false]);
  });

  it('show binary messages in hexadecimal, and take a broken header as text', () => {
    const phones = new Phones();
    const binary = { ...sample, dataCoding: 4, shortMessage: Buffer.from([0xca, 0xfe]) };
    assert.equal(phones.receive(partOf(binary))?.text, 'cafe');
    const broken = { ...sample, esmClass: 0x40, shortMessage: Buffer.from([0x41]) };
    assert.equal(phones.receive(partOf(broken))?.text, 'A');
  });
});
