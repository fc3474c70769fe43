import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { ServiceHarness } from './service-harness.ts';

const statusCallback = 'http://app.test/status';
const hourMs = 3_600_000;

describe('the settings of a Messaging Service, down to the carrier', () => {
  let h: ServiceHarness;
  afterEach(() => h.end());

  async function open(config: Parameters<typeof ServiceHarness.open>[0]): Promise<void> {
    h = await ServiceHarness.open({ statusCallback, ...config });
    h.alpha.answer = () => ({ kind: 'accepted', messageId: 'id' });
    await h.join('+12065550201');
  }
  const told = () =>
    h.requests.map(({ params }) => {
      const form = new Map(params);
      return [form.get('MessageStatus'), form.get('ErrorCode'), form.get('MessagingServiceSid')];
    });

  it('SmartEncoding makes one GSM segment of what else were UCS-2', async () => {
    await open({ smartEncoding: true });
    await h.sendBy({ body: '“hi”…', smartEncoding: null });
    assert.deepEqual(
      h.alpha.taken.map(({ dataCoding, shortMessage }) => [dataCoding, shortMessage.toString('latin1')]),
      [[0, '"hi"...']],
    );
  });

  it('ValidityPeriod is the carrier’s, and ends what waits', async () => {
    await open({ validityPeriodSeconds: 60 });
    await h.sendBy();
    assert.equal(h.alpha.taken[0]?.validityPeriod, '000000000100000R');
    h.alpha.up = false;
    const { sid } = await h.sendBy({ to: '+12065550199' });
    await h.advance(61_000);
    await h.until(() => h.status(sid) === 'failed');
    assert.equal(h.row(sid).errorCode, 30036);
    await h.until(() => told().some(([status]) => status === 'failed'));
    assert.deepEqual(told().at(-1), ['failed', '30036', h.service.sid]);
  });

  it('a scheduled message goes out when it is due, or is canceled before', async () => {
    await open({});
    const sendAtMs = h.clock.now() + hourMs;
    const { sid, status } = await h.sendBy({ sendAtMs });
    const { sid: canceled } = await h.sendBy({ sendAtMs });
    assert.equal(status, 'scheduled');
    assert.ok(await h.messaging.cancel(canceled));
    await h.advance(hourMs - 1);
    assert.equal(h.alpha.taken.length, 0);
    await h.advance(1);
    await h.until(() => h.status(sid) === 'sent');
    assert.deepEqual([h.alpha.taken.length, h.status(canceled)], [1, 'canceled']);
    await h.until(() => told().some(([status]) => status === 'sent'));
    for (const [, , service] of told()) assert.equal(service, h.service.sid);
  });
});
