import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hasUdh, messageType, withUdh } from '../../../edge/smpp/text/esm-class.ts';
import { buildUdh, splitUserData, type UserDataHeader } from '../../../edge/smpp/text/udh.ts';

const split = (hex: string): { header: UserDataHeader; payload: string } | string => {
  const result = splitUserData(Buffer.from(hex, 'hex'));
  if (!result.ok) return `${result.error.code} at ${result.error.offset}`;
  return { header: result.value.header, payload: Buffer.from(result.value.payload).toString('hex') };
};

const octet = fc.integer({ min: 0, max: 255 });
const word = fc.integer({ min: 0, max: 65_535 });

const header: fc.Arbitrary<UserDataHeader> = fc.record(
  {
    concatenation: fc
      .record({ wide: fc.boolean(), reference: word, total: fc.integer({ min: 1, max: 255 }), at: octet })
      .map(({ wide, reference, total, at }) => ({
        bits: wide ? (16 as const) : (8 as const),
        reference: wide ? reference : reference & 0xff,
        total,
        sequence: 1 + (at % total),
      })),
    ports: fc.record({ destination: word, source: word }, { noNullPrototype: true }),
    singleShift: octet,
    lockingShift: octet,
  },
  { requiredKeys: [], noNullPrototype: true },
);

describe('splitUserData', () => {
  it('reads both widths of concatenation', () => {
    assert.deepEqual(split('0500034203024869'), {
      header: { concatenation: { bits: 8, reference: 0x42, total: 3, sequence: 2 } },
      payload: '4869',
    });
    assert.deepEqual(split('06080412340201'), {
      header: { concatenation: { bits: 16, reference: 0x1234, total: 2, sequence: 1 } },
      payload: '',
    });
  });

  it('reads ports and languages and skips what it does not know', () => {
    assert.deepEqual(split('14' + '700101' + '05040b8423f0' + '240101' + '250103' + '0003010201' + '44'), {
      header: {
        ports: { destination: 0x0b84, source: 0x23f0 },
        singleShift: 1,
        lockingShift: 3,
        concatenation: { bits: 8, reference: 1, total: 2, sequence: 1 },
      },
      payload: '44',
    });
    assert.deepEqual(split('0404020102'), { header: { ports: { destination: 1, source: 2 } }, payload: '' });
  });

  it('ignores places that cannot be and lengths that are wrong', () => {
    for (const hex of ['050003420000', '050003420203', '050003420200', '0400024202', '0424020101']) {
      const result = split(hex);
      assert.ok(typeof result !== 'string');
      assert.deepEqual(result.header, {});
    }
  });

  it('voids a header whose elements do not fill it exactly', () => {
    assert.deepEqual(split('0600034202010041'), { header: {}, payload: '41' });
    assert.deepEqual(split('0500044202014141'), { header: {}, payload: '4141' });
  });

  it('lets the last of repeated elements count', () => {
    assert.deepEqual(split('06240101240102'), { header: { singleShift: 2 }, payload: '' });
  });

  it('refuses a header that claims more than there is', () => {
    assert.equal(split(''), 'udh_missing at 0');
    assert.equal(split('050003'), 'udh_truncated at 3');
  });

  it('undoes buildUdh', () => {
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 140 }), (all, payload) => {
        const built = buildUdh(all);
        const result = splitUserData(Buffer.concat([built, payload]));
        assert.ok(result.ok);
        assert.deepEqual(result.value.header, all);
        assert.equal(result.value.headerOctets, built.length);
        assert.deepEqual([...result.value.payload], [...payload]);
      }),
    );
  });
});

describe('buildUdh', () => {
  it('makes a concatenation of six or seven octets', () => {
    const concatenation = { bits: 8, reference: 0x42, total: 3, sequence: 2 } as const;
    assert.equal(buildUdh({ concatenation }).toString('hex'), '050003420302');
    const wide = { ...concatenation, bits: 16, reference: 0x1234 } as const;
    assert.equal(buildUdh({ concatenation: wide }).toString('hex'), '06080412340302');
  });
});

describe('esm_class', () => {
  it('tells of a header', () => {
    assert.equal(hasUdh(0x40), true);
    assert.equal(hasUdh(0xc3), true);
    assert.equal(hasUdh(0x04), false);
    assert.equal(withUdh(0x03), 0x43);
  });

  it('tells what a deliver_sm is', () => {
    const types = [0x00, 0x04, 0x08, 0x10, 0x18, 0x20, 0x44, 0x0c, 0x3c].map(messageType);
    assert.deepEqual(types, [
      'message',
      'receipt',
      'deliveryAck',
      'userAck',
      'conversationAbort',
      'intermediate',
      'receipt',
      'reserved',
      'reserved',
    ]);
  });
});
