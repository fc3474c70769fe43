import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { plainBehaviour, type Behaviour } from '../../edge/loopback/behaviour.ts';
import { LoopbackCarrier } from '../../edge/loopback/carrier.ts';
import type { CarrierEvent } from '../../edge/loopback/events.ts';
import type { LoopbackSettings } from '../../edge/loopback/settings.ts';
import type { ShortMessage } from '../../edge/smpp/message.ts';
import { silentObserver } from '../../edge/smpp/observer.ts';
import { parseReceipt } from '../../edge/smpp/receipt.ts';
import { idForms } from '../../edge/smpp/receipt-id.ts';
import { status } from '../../edge/smpp/status.ts';
import { link } from '../smpp/loopback.ts';
import { until } from '../support/until.ts';
import { sample } from '../smpp/sample.ts';
import { FakeClock } from '../support/fake-clock.ts';

type Client = ReturnType<typeof link>;

const { failures, fates, receipts } = plainBehaviour;
const text = (sm: ShortMessage): string => sm.shortMessage.toString('latin1');
const to = (addr: string): ShortMessage => ({ ...sample, destination: { ton: 1, npi: 1, addr } });

describe('the loopback carrier', () => {
  const running: { readonly carrier: LoopbackCarrier; readonly clients: Client[] }[] = [];

  afterEach(async () => {
    for (const { carrier, clients } of running.splice(0)) {
      for (const client of clients) await client.link.stop();
      await carrier.close();
    }
  });

  /** A carrier whose time stands still, and a link that is bound to it. */
  async function open(behaviour: Partial<Behaviour> = {}, settings: Partial<LoopbackSettings> = {}) {
    const clock = new FakeClock();
    const carrier = new LoopbackCarrier(
      { ...settings, behaviour: { ...plainBehaviour, ...behaviour } },
      { clock, random: { bytes: (length) => Buffer.alloc(length), fraction: () => 0.5 } },
    );
    await carrier.listen();
    const events: CarrierEvent[] = [];
    carrier.subscribe((event) => void events.push(event));
    const of = <T extends CarrierEvent['type']>(type: T) =>
      events.filter((event): event is Extract<CarrierEvent, { type: T }> => event.type === type);
    const clients: Client[] = [];
    running.push({ carrier, clients });
    const connect = async (): Promise<Client> => {
      const client = link({ port: carrier.address.port });
      clients.push(client);
      client.link.start();
      await until(() => client.states.includes('bound'));
      return client;
    };
    return { carrier, clock, of, connect };
  }

  it('takes a message, brings it to the phone and reports', async () => {
    const { carrier, clock, of, connect } = await open();
    const { submit, delivered } = await connect();
    const outcome = await submit(sample);
    assert.deepEqual(of('received'), []);
    clock.advance(100);
    await until(() => of('reported').length === 1);
    const shown = of('received').map((one) => [one.from, one.to, one.text]);
    assert.deepEqual(shown, [['+15005550006', '+14155552671', 'Hello']]);
    const [sm] = delivered;
    assert.deepEqual([sm?.source.addr, sm?.destination.addr], ['14155552671', '15005550006']);
    const receipt = parseReceipt(sm!.esmClass, text(sm!), sm!.tlvs);
    assert.deepEqual(outcome, { kind: 'accepted', messageId: receipt?.messageIds[0] });
    assert.equal(receipt?.state, 'DELIVERED');
    const { submits, accepted, delivered: atPhones, receipts: reported } = carrier.counts;
    assert.deepEqual([submits, accepted, atPhones, reported], [1, 1, 1, 1]);
  });

  it('reports to nobody who did not ask', async () => {
    const { carrier, clock, of, connect } = await open();
    const { submit } = await connect();
    await submit({ ...sample, registeredDelivery: 0 });
    clock.advance(100);
    assert.equal(of('received').length, 1);
    assert.equal(carrier.counts.receipts, 0);
  });

  it('answers after its latency', async () => {
    const { clock, of, connect } = await open({ latencyMs: 50 });
    const { submit } = await connect();
    const outcome = submit(sample);
    await until(() => of('submitted').length === 1);
    assert.equal(await Promise.race([outcome, Promise.resolve('waiting')]), 'waiting');
    clock.advance(50);
    assert.equal((await outcome).kind, 'accepted');
  });

  it('throttles above its rate', async () => {
    const { carrier, connect } = await open({ ratePerSecond: 1 });
    const { submit } = await connect();
    const outcomes = await Promise.all([submit(sample), submit(sample)]);
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ['accepted', 'throttled'],
    );
    assert.equal(carrier.counts.throttled, 1);
  });

  it('refuses and fails by destination', async () => {
    const { carrier, clock, of, connect } = await open({
      failures: { ...failures, bySuffix: [{ suffix: '01', status: status.ESME_RINVDSTADR }] },
      fates: { ...fates, bySuffix: [{ suffix: '02', state: 'EXPIRED' }] },
    });
    const { submit, delivered } = await connect();
    assert.deepEqual(await submit(to('14155550101')), { kind: 'refused', status: status.ESME_RINVDSTADR });
    assert.equal((await submit(to('14155550102'))).kind, 'accepted');
    clock.advance(100);
    await until(() => of('reported').length === 1);
    assert.equal(of('reported')[0]?.state, 'EXPIRED');
    assert.match(text(delivered[0]!), / stat:EXPIRED err:027 /);
    assert.deepEqual(of('received'), []);
    assert.deepEqual([carrier.counts.refused, carrier.counts.undelivered], [1, 1]);
  });

  it('writes ids in hexadecimal in one place and in decimal in the other', async () => {
    const { clock, of, connect } = await open({
      messageIds: 'hexadecimal',
      receipts: { ...receipts, form: 'text' },
    });
    const { submit, delivered } = await connect();
    const outcome = await submit(sample);
    clock.advance(100);
    await until(() => of('reported').length === 1);
    const receipt = parseReceipt(delivered[0]!.esmClass, text(delivered[0]!), delivered[0]!.tlvs);
    const id = receipt?.messageIds[0] ?? '';
    assert.ok(outcome.kind === 'accepted' && outcome.messageId !== id);
    assert.ok(idForms(id, 'receiptDecimal').includes(outcome.messageId));
  });

  it('reports in TLVs alone', async () => {
    const { clock, of, connect } = await open({ receipts: { ...receipts, form: 'tlv' } });
    const { submit, delivered } = await connect();
    await submit(sample);
    clock.advance(100);
    await until(() => of('reported').length === 1);
    assert.equal(text(delivered[0]!), '');
    assert.equal(parseReceipt(delivered[0]!.esmClass, '', delivered[0]!.tlvs)?.state, 'DELIVERED');
  });

  it('reports before it answers', async () => {
    const { clock, of, connect } = await open({
      latencyMs: 50,
      receipts: { ...receipts, beforeResponse: true },
    });
    const { submit } = await connect();
    const outcome = submit(sample);
    await until(() => of('reported').length === 1);
    assert.equal(await Promise.race([outcome, Promise.resolve('waiting')]), 'waiting');
    clock.advance(50);
    assert.equal((await outcome).kind, 'accepted');
  });

  it('keeps receipts for a client that is away, and repeats one that was refused for the moment', async () => {
    const { clock, of, connect } = await open();
    const first = await connect();
    first.events.answer = status.ESME_RX_T_APPN;
    await first.submit(sample);
    clock.advance(100);
    await until(() => first.delivered.length === 1);
    await first.link.stop();
    await until(() => of('unbound').length === 1);
    clock.advance(1_000);
    const second = await connect();
    await until(() => of('reported').length === 1);
    assert.deepEqual([second.delivered.length, of('reported')[0]?.outcome], [1, 'accepted']);
  });

  it('brings texts of phones, long ones in parts, also those that had to wait for a client', async () => {
    const { carrier, of, connect } = await open();
    const early = carrier.phone('+15125550142', '+14155550100', 'x'.repeat(200));
    const { delivered } = await connect();
    assert.equal(await early, 'accepted');
    assert.deepEqual(
      delivered.map(({ esmClass }) => esmClass),
      [0x40, 0x40],
    );
    assert.deepEqual([of('texted')[0]?.parts, carrier.counts.texts], [2, 1]);
  });

  it('tells when a client refuses the text of a phone', async () => {
    const { carrier, connect } = await open();
    const { events } = await connect();
    events.answer = status.ESME_RINVDSTADR;
    assert.equal(await carrier.phone('+15125550142', '+19995550100', 'Hi'), 'refused');
    assert.equal(carrier.counts.notTaken, 1);
  });

  it('lets nobody in with another password', async () => {
    for (const [settings, expected] of [
      [{ systemId: 'user', password: 'other' }, status.ESME_RINVPASWD],
      [{ systemId: 'other' }, status.ESME_RINVSYSID],
    ] as const) {
      const { carrier, clock } = await open({}, settings);
      const statuses: number[] = [];
      const observer = {
        ...silentObserver,
        bindRefused: (_: string, code: number) => void statuses.push(code),
      };
      const { link: refused } = link({ port: carrier.address.port }, { observer });
      refused.start();
      // The answer to a failed bind is held back for a second of the carrier's time.
      await until(() => {
        clock.advance(1);
        return statuses.length > 0;
      });
      await refused.stop();
      assert.deepEqual([statuses[0], carrier.counts.binds], [expected, 0]);
    }
  });

  it('keeps the newest submit_sm, and behaves otherwise when told', async () => {
    const { carrier, connect } = await open({}, { recordMax: 2 });
    const { submit } = await connect();
    for (const addr of ['1', '2', '3', '4', '5']) await submit(to(addr));
    assert.deepEqual(
      carrier.record.map((one) => one.to),
      ['+4', '+5'],
    );
    carrier.behave({ failures: { ...failures, share: 1 } });
    assert.deepEqual(await submit(sample), { kind: 'refused', status: status.ESME_RSUBMITFAIL });
  });

  it('says that its queue is full when too much is still to come to its end', async () => {
    const { connect } = await open({}, { pendingMax: 1 });
    const { submit } = await connect();
    assert.equal((await submit(sample)).kind, 'accepted');
    assert.deepEqual(await submit(sample), { kind: 'throttled', status: status.ESME_RMSGQFUL });
  });

  it('drops what waits when it closes', async () => {
    const { carrier } = await open();
    const waiting = carrier.phone('+15125550142', '+14155550100', 'Hi');
    await carrier.close();
    assert.equal(await waiting, 'dropped');
    assert.equal(await carrier.phone('+15125550142', '+14155550100', 'Hi'), 'dropped');
  });
});
