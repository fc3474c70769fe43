import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  readFragments,
  readInbound,
  type InboundPart,
  type InboundPdu,
} from '../../edge/messaging/inbound/fragment.ts';
import {
  addPart,
  assemble,
  defaultLimits,
  isExpired,
  overdue,
  partialKey,
  type PartialMessage,
} from '../../edge/messaging/inbound/reassembly.ts';
import { dataCodingOf, segment } from '../../edge/messaging/segments/segments.ts';
import { buildUdh } from '../../edge/smpp/text/udh.ts';
import { bytesTlv, integerTlv, noTlvs } from '../../edge/smpp/tlvs.ts';

type Carriage = 'udh8' | 'udh16' | 'sar';

const pdu = (fields: Partial<InboundPdu>): InboundPdu => ({
  carrier: 'alpha',
  from: '+15550100001',
  to: '+15550100002',
  esmClass: 0,
  dataCoding: 0,
  shortMessage: Buffer.alloc(0),
  tlvs: noTlvs,
  ...fields,
});

/** The short messages that a phone makes of `body`. */
function pdusOf(body: string, carriage: Carriage, reference = 7): InboundPdu[] {
  const { encoding, segments } = segment(body);
  const dataCoding = dataCodingOf(encoding);
  const total = segments.length;
  return segments.map((octets, index) => {
    const sequence = index + 1;
    if (carriage === 'sar') {
      const tlvs = [
        integerTlv('sar_msg_ref_num', reference),
        integerTlv('sar_total_segments', total),
        integerTlv('sar_segment_seqnum', sequence),
      ];
      return pdu({ dataCoding, shortMessage: octets, tlvs });
    }
    const bits = carriage === 'udh8' ? 8 : 16;
    const header = buildUdh({ concatenation: { bits, reference, total, sequence } });
    return pdu({ dataCoding, esmClass: 0x40, shortMessage: Buffer.concat([header, octets]) });
  });
}

function partOf(one: InboundPdu): InboundPart {
  const inbound = readInbound(one);
  assert.ok(inbound.kind === 'part');
  return inbound.part;
}

const parts = (body: string, carriage: Carriage = 'udh8', reference = 7): InboundPart[] =>
  pdusOf(body, carriage, reference).map(partOf);

const long = 'a'.repeat(153) + 'b'.repeat(153) + 'c'.repeat(10);

describe('readInbound', () => {
  it('takes a short message as it is', () => {
    const octets = Buffer.from('hello');
    const inbound = readInbound(pdu({ shortMessage: octets }));
    assert.deepEqual(inbound, { kind: 'whole', fragment: { dataCoding: 0, language: {}, octets } });
  });

  it('copies the octets, which may be a view of the socket', () => {
    const octets = Buffer.from('hello');
    const inbound = readInbound(pdu({ shortMessage: octets }));
    octets.fill(0);
    assert.ok(inbound.kind === 'whole');
    assert.equal(inbound.fragment.octets.toString(), 'hello');
  });

  it('reads a message_payload, with a header or without', () => {
    const octets = Buffer.from('x'.repeat(1000));
    const whole = readInbound(pdu({ tlvs: [bytesTlv('message_payload', octets)] }));
    assert.ok(whole.kind === 'whole');
    assert.deepEqual(whole.fragment.octets, octets);
    const [first] = pdusOf(long, 'udh8');
    assert.ok(first);
    const moved = pdu({ esmClass: 0x40, tlvs: [bytesTlv('message_payload', first.shortMessage)] });
    assert.deepEqual(readInbound(moved), readInbound(first));
  });

  it('prefers the header to the TLVs', () => {
    const [udh] = pdusOf(long, 'udh16', 500);
    const [sar] = pdusOf(long, 'sar', 9);
    assert.ok(udh && sar);
    assert.deepEqual(partOf({ ...udh, tlvs: sar.tlvs }).reference, { kind: 'udh16', number: 500 });
  });

  it('takes as a message of its own what claims no place that can be', () => {
    const header = buildUdh({ concatenation: { bits: 8, reference: 1, total: 1, sequence: 1 } });
    const only = pdu({ esmClass: 0x40, shortMessage: Buffer.concat([header, Buffer.from('hi')]) });
    const twoOfThree = [integerTlv('sar_msg_ref_num', 1), integerTlv('sar_total_segments', 3)];
    const beyond = [...twoOfThree, integerTlv('sar_segment_seqnum', 4)];
    const huge = [
      bytesTlv('message_payload', Buffer.alloc(256, 0x61)),
      ...twoOfThree,
      integerTlv('sar_segment_seqnum', 1),
    ];
    for (const one of [
      only,
      pdu({ shortMessage: Buffer.from('hi'), tlvs: twoOfThree }),
      pdu({ shortMessage: Buffer.from('hi'), tlvs: beyond }),
      pdu({ tlvs: huge }),
    ]) {
      assert.equal(readInbound(one).kind, 'whole');
    }
  });

  it('keeps all octets of a message whose header is cut short', () => {
    const octets = Buffer.from('05000342', 'hex');
    const inbound = readInbound(pdu({ esmClass: 0x40, shortMessage: octets }));
    assert.ok(inbound.kind === 'whole');
    assert.deepEqual(inbound.fragment.octets, octets);
  });

  it('hands the language on to the decoder', () => {
    const header = buildUdh({ singleShift: 1 });
    const one = pdu({ esmClass: 0x40, shortMessage: Buffer.concat([header, Buffer.from('1b73', 'hex')]) });
    const inbound = readInbound(one);
    assert.ok(inbound.kind === 'whole');
    assert.equal(readFragments([inbound.fragment], 'gsm7').text, 'ş');
  });
});

describe('readFragments', () => {
  const fragment = (dataCoding: number, hex: string) => ({
    dataCoding,
    language: {},
    octets: Buffer.from(hex, 'hex'),
  });

  it('makes whole what a sender cut in two', () => {
    assert.equal(readFragments([fragment(0, '411b'), fragment(0, '6542')], 'gsm7').text, 'A€B');
    assert.equal(readFragments([fragment(8, 'd83d'), fragment(8, 'de00')], 'gsm7').text, '😀');
  });

  it('reads parts in different codings', () => {
    const read = readFragments([fragment(0, '41'), fragment(8, '0416'), fragment(0, '42')], 'gsm7');
    assert.equal(read.text, 'AЖB');
  });

  it('keeps octets apart from text', () => {
    const read = readFragments([fragment(4, '0102'), fragment(0, '41'), fragment(4, '03')], 'gsm7');
    assert.equal(read.text, 'A');
    assert.equal(read.binary.toString('hex'), '010203');
    assert.equal(readFragments([], 'gsm7').binary.length, 0);
  });
});

describe('addPart', () => {
  it('puts a message together whatever the order and the carriage', () => {
    const body = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', '€', '{', '@'), minLength: 161, maxLength: 900 }),
      fc.string({ unit: fc.constantFrom('a', 'я', '😀'), minLength: 161, maxLength: 900 }),
    );
    const carriage = fc.constantFrom<Carriage>('udh8', 'udh16', 'sar');
    const shuffle = fc.array(fc.nat(), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(body, carriage, shuffle, (text, by, keys) => {
        const order = parts(text, by)
          .map((part, i) => ({ part, key: keys[i] ?? 0 }))
          .sort((a, b) => a.key - b.key);
        let row: PartialMessage | undefined;
        for (const [i, { part }] of order.entries()) {
          const added = addPart(row, part, i);
          if (i < order.length - 1) {
            assert.ok(added.kind === 'pending');
            row = added.row;
            assert.equal(addPart(row, part, i).kind, 'duplicate');
          } else {
            assert.ok(added.kind === 'complete');
            assert.deepEqual(added.message.missing, []);
            assert.equal(added.message.total, order.length);
            assert.equal(readFragments(added.message.fragments, 'gsm7').text, text);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('keeps messages apart by everything that tells them apart', () => {
    const [part] = parts(long);
    assert.ok(part);
    const keys = [
      part,
      { ...part, carrier: 'beta' },
      { ...part, from: '+15550100003' },
      { ...part, to: '+15550100003' },
      { ...part, reference: { kind: 'udh16' as const, number: 7 } },
      { ...part, reference: { kind: 'udh8' as const, number: 8 } },
      { ...part, total: 4 },
    ].map((one) => partialKey(one).join('\0'));
    assert.equal(new Set(keys).size, keys.length);
    assert.deepEqual(partialKey({ ...part, sequence: 2 } as InboundPart), partialKey(part));
  });

  it('finds the row of a part by the key of the row', () => {
    const [part] = parts(long);
    assert.ok(part);
    const added = addPart(undefined, part, 0);
    assert.ok(added.kind === 'pending');
    assert.deepEqual(partialKey(added.row), partialKey(part));
  });

  it('begins anew when a reference comes round again', () => {
    const [first] = parts(long);
    const [other] = parts(long.replaceAll('a', 'z'));
    assert.ok(first && other);
    const pending = addPart(undefined, first, 1000);
    assert.ok(pending.kind === 'pending');
    const added = addPart(pending.row, other, 2000);
    assert.ok(added.kind === 'superseded');
    assert.deepEqual(added.row, {
      ...pending.row,
      firstMs: 2000,
      parts: [{ sequence: 1, fragment: other.fragment }],
    });
    assert.deepEqual(added.incomplete, { fragments: [first.fragment], total: 3, missing: [2, 3] });
  });

  it('does not join a part to what has expired', () => {
    const [first, second] = parts(long);
    assert.ok(first && second);
    const pending = addPart(undefined, first, 1000);
    assert.ok(pending.kind === 'pending');
    assert.equal(addPart(pending.row, second, 1000 + defaultLimits.expiryMs - 1).kind, 'pending');
    assert.equal(addPart(pending.row, second, 1000 + defaultLimits.expiryMs).kind, 'superseded');
    assert.equal(isExpired(pending.row, 1000 + defaultLimits.expiryMs), true);
  });

  it('holds 255 parts and no more', () => {
    const body = 'a'.repeat(153 * 255);
    const all = parts(body);
    assert.equal(all.length, 255);
    let row: PartialMessage | undefined;
    for (const part of all.slice(1)) {
      const added = addPart(row, part, 0);
      assert.ok(added.kind === 'pending');
      row = added.row;
    }
    assert.equal(row?.parts.length, 254);
    const [first] = all;
    assert.ok(first);
    const added = addPart(row, first, 0);
    assert.ok(added.kind === 'complete');
    assert.equal(readFragments(added.message.fragments, 'gsm7').text, body);
  });
});

describe('overdue', () => {
  const row = (firstMs: number): PartialMessage => {
    const [part] = parts(long, 'udh16', firstMs);
    assert.ok(part);
    const added = addPart(undefined, part, firstMs);
    assert.ok(added.kind === 'pending');
    return added.row;
  };

  it('gives up what has expired', () => {
    const rows = [row(500), row(100), row(300)];
    const limits = { expiryMs: 1000, pendingMax: 10 };
    assert.deepEqual(overdue(rows, 1099, limits), []);
    assert.deepEqual(
      overdue(rows, 1300, limits).map((one) => one.firstMs),
      [100, 300],
    );
  });

  it('gives up the oldest above the bound', () => {
    const rows = [row(500), row(100), row(300)];
    const given = overdue(rows, 600, { expiryMs: 1000, pendingMax: 1 });
    assert.deepEqual(
      given.map((one) => one.firstMs),
      [100, 300],
    );
  });

  it('passes on what had come', () => {
    const [, second] = parts(long);
    assert.ok(second);
    const added = addPart(undefined, second, 0);
    assert.ok(added.kind === 'pending');
    const incomplete = assemble(added.row);
    assert.deepEqual(incomplete.missing, [1, 3]);
    assert.equal(readFragments(incomplete.fragments, 'gsm7').text, 'b'.repeat(153));
  });
});
