import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageOfSubmit } from '../../edge/messaging/tenants/submissions.ts';
import { smppTime } from '../../edge/messaging/tenants/smpp-times.ts';
import type { SubmitSm } from '../../edge/smpp/message.ts';
import { bytesTlv, integerTlv } from '../../edge/smpp/tlvs.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { account } from './harness.ts';

const submit = (change: Partial<SubmitSm> = {}) => {
  const sm: SubmitSm = {
    serviceType: '',
    source: { ton: 1, npi: 1, addr: '14155550001' },
    destination: { ton: 1, npi: 1, addr: '12065550100' },
    esmClass: 0,
    protocolId: 0,
    priorityFlag: 0,
    scheduleDeliveryTime: '',
    validityPeriod: '',
    registeredDelivery: 0,
    replaceIfPresent: 0,
    dataCoding: 0,
    shortMessage: Buffer.from('hello'),
    tlvs: [],
    ...change,
  };
  const wanted = messageOfSubmit(account, sm, new FakeClock(), 36_000_000);
  return wanted.ok ? wanted.value : wanted.error;
};

const taken = (change: Partial<SubmitSm>) => {
  const wanted = submit(change);
  if (typeof wanted === 'number') throw new Error(`refused with ${wanted}`);
  return wanted;
};

describe('an SMPP time', () => {
  const nowMs = Date.UTC(2026, 0, 1, 12, 0, 0);
  const rows: readonly (readonly [string, number | null | undefined])[] = [
    ['', null],
    ['000000010000000R', 3_600_000],
    ['000001000030000R', 86_430_000],
    ['260101130000000+', 3_600_000],
    ['260101130000504+', 500],
    ['260101130000004-', 7_200_000],
    ['260101110000000+', -3_600_000],
    ['261301000000000+', undefined],
    ['260101250000000+', undefined],
    ['260101130000049+', undefined],
    ['soon', undefined],
  ];
  for (const [text, wanted] of rows) {
    it(`${JSON.stringify(text)} is ${String(wanted)}`, () => assert.equal(smppTime(text, nowMs), wanted));
  }
});

describe('a submit_sm of a tenant', () => {
  it('becomes a message with a body when it is plain text', () => {
    const wanted = taken({ registeredDelivery: 1 });
    assert.equal(wanted.body, 'hello');
    assert.equal(wanted.raw, null);
    assert.equal(wanted.from, '+14155550001');
    assert.equal(wanted.to, '+12065550100');
    assert.deepEqual(wanted.receipt, { when: 'always' });
    assert.deepEqual(taken({ registeredDelivery: 2 }).receipt, { when: 'failure' });
    assert.equal(taken({}).receipt, null);
  });

  it('is carried as it came when the ESME formatted it', () => {
    const shortMessage = Buffer.from([5, 0, 3, 1, 2, 1, 0x41]);
    const part = taken({ esmClass: 0x40, shortMessage });
    assert.deepEqual(part.raw, { dataCoding: 0, udhi: true, octets: shortMessage });
    assert.equal(taken({ dataCoding: 4, shortMessage }).raw?.udhi, false);
  });

  it('has its SAR parameters made a user data header', () => {
    const tlvs = [
      integerTlv('sar_msg_ref_num', 0x0102),
      integerTlv('sar_total_segments', 2),
      integerTlv('sar_segment_seqnum', 1),
    ];
    const { raw, body } = taken({ tlvs });
    assert.equal(body, 'hello');
    assert.deepEqual(raw?.octets.subarray(0, 7), Buffer.from([6, 8, 4, 1, 2, 2, 1]));
  });

  it('is read from message_payload when there is no short_message', () => {
    const long = 'x'.repeat(400);
    const wanted = taken({
      shortMessage: Buffer.alloc(0),
      tlvs: [bytesTlv('message_payload', Buffer.from(long))],
    });
    assert.equal(wanted.body, long);
  });

  it('lives as long as may be when it asks for longer', () => {
    assert.equal(taken({ validityPeriod: '000001000000000R' }).validityMs, null);
    assert.equal(taken({ validityPeriod: '000000010000000R' }).validityMs, 3_600_000);
  });

  it('is refused for times that cannot be read', () => {
    assert.equal(submit({ validityPeriod: 'soon' }), 0x62);
    assert.equal(submit({ scheduleDeliveryTime: 'soon' }), 0x61);
  });
});
