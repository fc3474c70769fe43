import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { MessageQuery } from '../../control/billing/tariff.ts';
import { freeCall } from '../../control/prices/price.ts';
import type { SubmitSm } from '../../edge/smpp/message.ts';
import { account, type HarnessOptions } from './harness.ts';
import { ServiceHarness } from './service-harness.ts';

const [short, long] = ['24365', '+12065550201'];
const accepted = { kind: 'accepted', messageId: 'of-long-code' } as const;
/** ESME_RPROHIBITED (30004) and ESME_RINVDSTADR (30005). */
const [prohibited, unknownNumber] = [0x101, 0x0b];

const tariff = {
  message: ({ senderType }: MessageQuery) => (senderType === 'shortcode' ? 5_000 : 8_000),
  call: () => freeCall,
  number: () => 0,
  unit: () => 0,
};

describe('FallbackToLongCode', () => {
  let h: ServiceHarness;
  afterEach(() => h.end());

  async function open(
    answer: (sm: SubmitSm) => ReturnType<NonNullable<ServiceHarness['alpha']['answer']>>,
    config: Parameters<typeof ServiceHarness.open>[0] = {},
    options: HarnessOptions = {},
  ): Promise<void> {
    h = await ServiceHarness.open(config, { tariff, ...options });
    h.alpha.answer = answer;
    await h.join(short, 'shortcode');
    await h.join(long);
    await h.money.payments.change(account.sid, { floorMicros: 0 });
  }
  const refusing =
    (status: number) =>
    ({ source }: SubmitSm) =>
      source.addr === short ? ({ kind: 'refused', status } as const) : accepted;
  const credit = (micros: number) => h.money.payments.credit(account.sid, micros, '');
  const senders = () => h.alpha.taken.map(({ source }) => source.addr);
  const told = () =>
    h.requests.map(({ params }) => {
      const form = new Map(params);
      return `${form.get('MessageStatus')} ${form.get('From')}`;
    });

  it('sends from a long code what the carrier does not take from the short code', async () => {
    await open(refusing(prohibited), { statusCallback: 'http://app.test/status' });
    await credit(8_000);
    const { sid } = await h.sendBy();
    await h.until(() => h.status(sid) === 'sent');
    assert.deepEqual(senders(), [short, long.slice(1)]);
    assert.equal(h.row(sid).from, long);
    assert.deepEqual(h.money.wallet.of(account), { balanceMicros: 0, heldMicros: 0 });
    const [detail] = Array.from(h.money.details.from(1));
    assert.deepEqual(
      [detail?.from, detail?.category, detail?.priceMicros],
      [long, 'sms-outbound-longcode', 8_000],
    );
    await h.receipt('of-long-code', 'DELIVRD');
    assert.equal(h.status(sid), 'delivered');
    await h.until(() => h.requests.length >= 5);
    assert.deepEqual([told().at(-2), told().at(-1)], [`sent ${long}`, `delivered ${long}`]);
    const lists = (from: string) =>
      Array.from(h.messaging.ledger.lists.walk(account.no, { from }, { kind: 'newest' })).length;
    assert.deepEqual([lists(short), lists(long)], [0, 1]);
  });

  it('sends it to who has been reached so from the long code at once', async () => {
    await open(refusing(prohibited));
    await credit(100_000);
    await h.sendBy();
    await h.until(() => senders().length === 2);
    await h.sendBy();
    await h.sendBy({ to: '+12065550199' });
    await h.advance(5_000);
    assert.deepEqual(senders().slice(2).sort(), [long.slice(1), long.slice(1), short].sort());
  });

  it('sends again what the receipt of the short code says cannot be delivered, for one price', async () => {
    await open(({ source }) =>
      source.addr === short ? { ...accepted, messageId: 'of-short-code' } : accepted,
    );
    await credit(20_000);
    const { sid } = await h.sendBy();
    await h.until(() => h.status(sid) === 'sent');
    await h.receipt('of-short-code', 'UNDELIV');
    await h.until(() => senders().length === 2);
    assert.equal(h.status(sid), 'sent');
    await h.receipt('of-short-code', 'UNDELIV');
    assert.equal(h.status(sid), 'sent', 'the first sender’s receipts are of no interest any more');
    await h.receipt('of-long-code', 'DELIVRD');
    assert.deepEqual([h.status(sid), h.row(sid).from], ['delivered', long]);
    assert.deepEqual(h.money.wallet.of(account), { balanceMicros: 15_000, heldMicros: 0 });
    assert.equal(Array.from(h.money.details.from(1)).length, 1);
  });

  it('fails where the long code fails, too', async () => {
    await open(() => ({ kind: 'refused', status: prohibited }));
    await credit(20_000);
    const { sid } = await h.sendBy();
    await h.until(() => h.status(sid) === 'failed');
    assert.deepEqual([senders().length, h.row(sid).errorCode], [2, 30004]);
    assert.deepEqual(h.money.wallet.of(account), { balanceMicros: 20_000, heldMicros: 0 });

    h.alpha.answer = ({ source }) =>
      source.addr === short ? accepted : { kind: 'refused', status: prohibited };
    const { sid: later } = await h.sendBy({ to: '+12065550199' });
    await h.until(() => h.status(later) === 'sent');
    await h.receipt('of-long-code', 'REJECTD');
    assert.deepEqual([h.status(later), h.row(later).errorCode], ['undelivered', 30007]);
  });

  it('ends as undelivered when the second sending fails', async () => {
    await open(({ source }) => (source.addr === short ? accepted : { kind: 'refused', status: prohibited }));
    await credit(20_000);
    const { sid } = await h.sendBy();
    await h.until(() => h.status(sid) === 'sent');
    await h.receipt('of-long-code', 'UNDELIV');
    await h.until(() => h.status(sid) === 'undelivered');
    assert.deepEqual([h.row(sid).errorCode, h.money.wallet.of(account).balanceMicros], [30004, 15_000]);
  });

  it('is for failures that the sender has to do with', async () => {
    await open(refusing(unknownNumber));
    await credit(20_000);
    const { sid } = await h.sendBy();
    await h.until(() => h.status(sid) === 'failed');
    assert.deepEqual([senders(), h.row(sid).errorCode], [[short], 30005]);
  });

  it('keeps to what the service says, to the balance, and to opt-outs', async () => {
    const failsAtOnce = async (): Promise<void> => {
      await credit(7_999);
      const { sid } = await h.sendBy();
      await h.until(() => h.status(sid) === 'failed');
      assert.deepEqual(senders(), [short]);
      assert.equal(h.money.wallet.of(account).heldMicros, 0);
    };
    await open(refusing(prohibited));
    await failsAtOnce();
    await h.end();
    await open(refusing(prohibited), { fallbackToLongCode: false });
    await credit(20_000);
    await failsAtOnce();
    await h.end();
    await open(refusing(prohibited));
    await credit(20_000);
    h.optOuts.set({ accountNo: account.no, sender: long, recipient: '+12065550100' }, 1);
    await failsAtOnce();
  });

  it('goes on after a restart', async () => {
    await open(refusing(prohibited));
    await credit(20_000);
    h.alpha.answer = ({ source }) =>
      source.addr === short ? { kind: 'refused', status: prohibited } : undefined;
    const { sid } = await h.sendBy();
    await h.until(() => senders().length === 2);
    const { folder, clock } = h;
    await h.crash();
    h = new ServiceHarness({ folder, clock, tariff });
    await h.until(() => senders().length === 1);
    h.alpha.reply(accepted);
    await h.until(() => h.status(sid) === 'sent');
    assert.deepEqual([senders(), h.row(sid).from], [[long.slice(1)], long]);
  });
});
