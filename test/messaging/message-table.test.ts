import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Message } from '../../edge/messaging/message.ts';
import { messageTable } from '../../edge/messaging/store/message-table.ts';

const time = fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 });
const later = fc.integer({ min: 0, max: 10_000_000 });
const octets = fc.uint8Array({ maxLength: 140 }).map((bytes) => Buffer.from(bytes));

const message: fc.Arbitrary<Message> = fc
  .record({
    id: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    accountNo: fc.nat(0xffffffff),
    direction: fc.constantFrom('inbound', 'outbound-api', 'outbound-reply', 'outbound-call'),
    from: fc.string(),
    to: fc.string(),
    body: fc.string({ unit: 'grapheme' }),
    status: fc.constantFrom('accepted', 'scheduled', 'queued', 'sent', 'delivered', 'canceled', 'received'),
    errorCode: fc.constantFrom(0, 30003),
    segments: fc.nat(20),
    media: fc.nat(10),
    createdMs: time,
    updated: later,
    sent: fc.option(later),
    sendAtMs: fc.constantFrom(0, 1_800_000_000_000),
    deadline: fc.option(later),
    smartEncoding: fc.boolean(),
    statusCallback: fc.constantFrom('', 'http://app.test/status'),
    carrier: fc.constantFrom('', 'alpha'),
    parts: fc.array(
      fc.record(
        {
          state: fc.constantFrom('unsent', 'accepted', 'delivered', 'failed'),
          carrierId: fc.string(),
        },
        { noNullPrototype: true },
      ),
    ),
    raw: fc.option(
      fc.record({ dataCoding: fc.nat(255), udhi: fc.boolean(), octets }, { noNullPrototype: true }),
    ),
    receipt: fc.option(fc.constantFrom({ when: 'always' }, { when: 'failure' })),
    priceMicros: fc.option(fc.maxSafeNat()),
    feedback: fc.constantFrom('none', 'unconfirmed', 'confirmed'),
    messagingServiceSid: fc.constantFrom('', `MG${'5a'.repeat(16)}`),
  })
  .map(({ id, updated, sent, deadline, ...rest }) => ({
    ...rest,
    sid: `${rest.media > 0 ? 'MM' : 'SM'}${Buffer.from(id).toString('hex')}`,
    updatedMs: rest.createdMs + updated,
    sentMs: sent === null ? 0 : rest.createdMs + sent,
    deadlineMs: deadline === null ? 0 : rest.createdMs + deadline,
  }));

describe('the row of a message', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(message, (before) => {
        const packed = messageTable.pack?.(before);
        const after = messageTable.unpack?.(packed, Buffer.from(before.sid.slice(2), 'hex'));
        assert.deepEqual(after, before);
      }),
    );
  });
});
