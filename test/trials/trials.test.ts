import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { systemRandom } from '../../control/base/random.ts';
import { fail, ok } from '../../control/base/result.ts';
import type { Verdict } from '../../control/inventory/verdicts.ts';
import { outcomeOf } from '../../control/inventory/verdicts.ts';
import { deliveriesOf, emptyDelivery } from '../../edge/loopback/texting.ts';
import type { Carrier, SubmitOutcome } from '../../edge/messaging/outbound/carrier.ts';
import type { SubmitSm } from '../../edge/smpp/message.ts';
import { encodeUcs2 } from '../../edge/smpp/text/ucs2.ts';
import { CallProbe } from '../../edge/trials/call-probe.ts';
import { MessageProbe } from '../../edge/trials/message-probe.ts';
import { TrialSchedule } from '../../edge/trials/schedule.ts';
import { Trials } from '../../edge/trials/trials.ts';
import type { IncomingCall } from '../../edge/voice/signalling.ts';
import { listing, openStock } from '../control/inventory/stock.ts';
import { FakeMedia } from '../voice/fake-media.ts';
import { FakeIncoming, FakeSignalling } from '../voice/fake-signalling.ts';

const number = '+14155551000';
const patienceMs = 30_000;
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** An SMPP link in the test's hands. */
class FakeLink implements Carrier {
  readonly name = 'alpha';
  readonly format = {
    defaultAlphabet: 'gsm7',
    longMessages: 'udh',
    source: { ton: null, npi: null },
    destination: { ton: null, npi: null },
    tlvs: [],
  } as const;
  readonly taken: SubmitSm[] = [];
  up = true;
  room = 10;
  outcome: SubmitOutcome = { kind: 'accepted', messageId: '1' };

  capacity(): number {
    return this.room;
  }

  submit(sm: SubmitSm, done: (outcome: SubmitOutcome) => void): void {
    this.taken.push(sm);
    queueMicrotask(() => done(this.outcome));
  }
}

const openings: { stop(): void }[] = [];
afterEach(() => openings.splice(0).forEach((one) => one.stop()));

/** A number for sale, and an edge that can text and call it. */
async function open({ cells = {}, from = undefined as string | undefined, withCalls = true } = {}) {
  const { inventory, lives, clock } = openStock(undefined, { quarantineMs: 0, testsImported: true });
  await inventory.add([listing(number, { carrier: 'alpha', ...cells })]);
  const link = new FakeLink();
  const beta = Object.assign(new FakeLink(), { name: 'beta' });
  const signalling = new FakeSignalling();
  const media = new FakeMedia();
  const trunks = new Map<string, 'unknown' | 'up' | 'down'>([
    ['alpha', 'up'],
    ['beta', 'up'],
  ]);
  const around = { clock, random: systemRandom };
  const messages = new MessageProbe(
    new Map([
      ['alpha', link],
      ['beta', beta],
    ]),
    clock,
    systemRandom,
  );
  const calls = new CallProbe({
    ...around,
    signalling,
    media,
    codecsTo: () => ['PCMU'],
    trunkState: (carrier) => trunks.get(carrier),
  });
  const tenantCalls: IncomingCall[] = [];
  calls.aside(signalling).serve((call) => void tenantCalls.push(call));
  const trials = new Trials({
    messages,
    calls: () => (withCalls ? calls : null),
    lookup: (e164) => inventory.number(e164),
    judge: (e164, verdict) => lives.judge(e164, verdict),
    clock,
    patienceMs,
    from,
  });
  openings.push(trials);

  /** The network brings the text that was sent last. */
  const bringText = (
    change: { carrier?: string; shortMessage?: Buffer; to?: string; dataCoding?: number } = {},
  ): boolean => {
    const sent = link.taken.at(-1)!;
    const sm = {
      ...emptyDelivery(sent.source.addr, change.to ?? sent.destination.addr),
      shortMessage: change.shortMessage ?? sent.shortMessage,
      dataCoding: change.dataCoding ?? 0,
    };
    return trials.claimsMessage(change.carrier ?? 'alpha', sm);
  };
  /** The network brings the call that was placed last. */
  const bringCall = (
    change: Partial<Pick<IncomingCall, 'source' | 'customHeaders' | 'fromUser' | 'toUser'>> = {},
  ): FakeIncoming => {
    const { request } = signalling.outgoing.at(-1)!;
    const call = new FakeIncoming({
      fromUser: request.from,
      toUser: number,
      customHeaders: request.headers,
      ...change,
    });
    signalling.bring(call);
    return call;
  };
  /** Begins a test of the number; what was sent is there when it resolves. */
  const begin = async (): Promise<{ verdict: Promise<Verdict | undefined> }> => {
    const [texts, placed] = [link.taken.length, signalling.outgoing.length];
    const verdict = trials.test(number);
    for (
      let turn = 0;
      turn < 20 && link.taken.length + signalling.outgoing.length < texts + placed + 2;
      turn++
    )
      await settle();
    return { verdict };
  };
  const now = () => inventory.number(number)!;
  return {
    inventory,
    lives,
    clock,
    link,
    beta,
    signalling,
    media,
    trunks,
    trials,
    tenantCalls,
    bringText,
    bringCall,
    begin,
    now,
  };
}

describe('a test of a number', () => {
  it('is passed when text and call come back; the call is turned away while it rings', async () => {
    const edge = await open();
    const { verdict } = await edge.begin();
    assert.equal(edge.bringText(), true);
    const back = edge.bringCall();
    assert.deepEqual([back.rejected?.status, back.rings, back.answered], [486, 0, undefined]);
    edge.signalling.outgoing[0]!.refuse(486);
    assert.deepEqual(await verdict, {
      atMs: edge.clock.now(),
      message: { kind: 'passed' },
      call: { kind: 'passed' },
    });
    assert.deepEqual(edge.lives.verdicts.of(number), await verdict);
    assert.equal(edge.now().state, 'available');
    assert.deepEqual(edge.tenantCalls, []);
    assert.ok(edge.media.legs.every(({ closed }) => closed));
    const [sent] = edge.link.taken;
    assert.deepEqual([sent?.source.addr, sent?.destination.addr], ['14155551000', '14155551000']);
    assert.equal(edge.signalling.outgoing[0]!.request.from, number);
  });

  it('knows its text as UCS-2, behind the carrier’s own words, and nobody else’s', async () => {
    const edge = await open({ cells: { voice: 'no' }, from: '+15125550100' });
    const text = (): string => edge.link.taken.at(-1)!.shortMessage.toString('latin1');
    assert.equal(
      edge.trials.claimsMessage('alpha', deliveriesOf('+1', number, 'Strowger test 0123456789abcdef', 0)[0]!),
      false,
    );
    const first = await edge.begin();
    assert.equal(edge.link.taken[0]?.source.addr, '15125550100');
    for (const [shortMessage, to] of [
      [Buffer.from('Strowger test 0123456789abcdef'), number],
      [Buffer.from('Strowger test'), number],
      [Buffer.from(''), number],
      [Buffer.from(text()), '+14155559999'],
    ] as const)
      assert.equal(edge.bringText({ shortMessage, to }), false);
    assert.equal(edge.bringText({ shortMessage: encodeUcs2(`Free: ${text()}`), dataCoding: 8 }), true);
    assert.equal((await first.verdict)?.message.kind, 'passed');
    assert.equal((await first.verdict)?.call.kind, 'notTried');
  });

  it('fails where nothing comes back; what comes too late is still nobody’s', async () => {
    const edge = await open();
    const { verdict } = await edge.begin();
    edge.signalling.outgoing[0]!.ring();
    edge.clock.advance(patienceMs);
    const found = await verdict;
    assert.deepEqual(found?.message, { kind: 'failed', why: 'not back in 30 s' });
    assert.deepEqual(found.call, { kind: 'failed', why: 'not back in 30 s' });
    assert.equal(edge.signalling.outgoing[0]!.canceled, true);
    assert.deepEqual(
      [edge.now().state, edge.now().withheld?.by, edge.now().withheld?.reason],
      ['held', 'test', 'message not back in 30 s; call not back in 30 s'],
    );
    assert.equal(edge.bringText(), true);
    assert.equal(edge.bringCall().rejected?.status, 486);
    assert.deepEqual(edge.tenantCalls, []);
    const again = await edge.begin();
    edge.bringText();
    edge.bringCall();
    assert.equal(outcomeOf((await again.verdict)!), 'passed');
    assert.equal(edge.now().state, 'available');
  });

  it('fails where the carrier refuses, or another brings it back, or somebody else answers', async () => {
    const edge = await open();
    edge.link.outcome = { kind: 'refused', status: 0x0b };
    let { verdict } = await edge.begin();
    edge.signalling.outgoing.at(-1)!.refuse(404);
    let found = await verdict;
    assert.deepEqual(found?.message, { kind: 'failed', why: 'refused (status 0xb)' });
    assert.deepEqual(found.call, { kind: 'failed', why: 'refused (SIP 404)' });
    edge.link.outcome = { kind: 'accepted', messageId: '2' };
    ({ verdict } = await edge.begin());
    edge.bringText({ carrier: 'beta' });
    edge.bringCall({ source: { kind: 'trunk', carrier: 'beta' } });
    found = await verdict;
    assert.deepEqual(found?.message, { kind: 'failed', why: 'back through beta' });
    assert.deepEqual(found.call, { kind: 'failed', why: 'back through beta' });
    ({ verdict } = await edge.begin());
    edge.bringText();
    const placed = edge.signalling.outgoing.at(-1)!;
    placed.answer();
    assert.deepEqual((await verdict)?.call, { kind: 'failed', why: 'answered by somebody else' });
    assert.deepEqual([placed.dialog.byes, placed.canceled], [1, false]);
  });

  it('says nothing of a number whose carrier is down, has no room or is not known', async () => {
    const edge = await open();
    const test = async () => {
      const { verdict } = await edge.begin();
      const found = (await verdict)!;
      assert.equal(edge.now().state, 'testing');
      return [found.message, found.call].map((check) =>
        'why' in check ? `${check.kind}: ${check.why}` : check.kind,
      );
    };
    edge.link.up = false;
    edge.trunks.set('alpha', 'down');
    assert.deepEqual(await test(), ['undone: has its link down', 'undone: has its trunk down']);
    edge.link.up = true;
    edge.trunks.set('alpha', 'up');
    edge.link.outcome = { kind: 'lost' };
    let begun = await edge.begin();
    edge.signalling.outgoing.at(-1)!.lose('timeout');
    assert.equal(outcomeOf((await begun.verdict)!), 'undone');
    edge.link.outcome = { kind: 'throttled', status: 0x58 };
    begun = await edge.begin();
    edge.signalling.outgoing.at(-1)!.refuse(503);
    assert.equal(outcomeOf((await begun.verdict)!), 'undone');
    assert.equal(edge.now().state, 'testing');
    await edge.inventory.add([listing(number, { carrier: 'gamma' })]);
    assert.deepEqual(await test(), ['undone: has no SMPP link', 'undone: has no SIP trunk']);
    await edge.inventory.add([listing(number)]);
    assert.deepEqual(await test(), ['undone: of an unknown carrier', 'undone: of an unknown carrier']);
    const deaf = await open({ withCalls: false, cells: { sms: 'no' } });
    assert.deepEqual((await deaf.trials.test(number))?.call, { kind: 'undone', why: 'has no SIP here' });
    assert.equal(await edge.trials.test('+14155559999'), undefined);
  });

  it('waits for room on the link, as long as it would wait for the text', async () => {
    const edge = await open({ cells: { voice: 'no' } });
    edge.link.room = 0;
    const verdict = edge.trials.test(number);
    await edge.clock.advanceAsync(200, 100);
    assert.equal(edge.link.taken.length, 0);
    edge.link.room = 1;
    await edge.clock.advanceAsync(100);
    assert.equal(edge.bringText(), true);
    assert.equal((await verdict)?.message.kind, 'passed');
  });

  it('knows its call without the header by who calls whom, and leaves the calls of others alone', async () => {
    const edge = await open({ cells: { sms: 'no' }, from: '+15125550100' });
    const { verdict } = await edge.begin();
    for (const other of [
      { customHeaders: [], fromUser: '+15125550199' },
      { customHeaders: [['X-Strowger-Test', '0'.repeat(16)]] as const },
      { customHeaders: [], toUser: '+14155559999' },
    ])
      assert.equal(edge.bringCall(other).rejected, undefined);
    const atDomain = { kind: 'domain', domainSid: 'SD1', accountSid: 'AC1' } as const;
    assert.equal(edge.bringCall({ source: atDomain }).rejected, undefined);
    assert.equal(edge.tenantCalls.length, 4);
    assert.equal(edge.bringCall({ customHeaders: [], fromUser: '15125550100' }).rejected?.status, 486);
    assert.equal((await verdict)?.call.kind, 'passed');
    assert.equal(edge.bringCall({ customHeaders: [] }).rejected, undefined);
  });

  it('keeps to some numbers at a time, and ends without a verdict when the edge stops', async () => {
    const edge = await open({ cells: { voice: 'no' } });
    const many = Array.from({ length: 20 }, (_, i) => `+1415555${String(2000 + i)}`);
    edge.link.room = 100;
    await edge.inventory.add(many.map((e164) => listing(e164, { carrier: 'alpha', voice: 'no' })));
    const verdicts = many.map((e164) => edge.trials.test(e164));
    for (let turn = 0; turn < 20; turn++) await settle();
    assert.equal(edge.link.taken.length, 8);
    edge.trials.stop();
    for (const verdict of await Promise.all(verdicts)) assert.equal(outcomeOf(verdict!), 'undone');
    assert.equal(edge.link.taken.length, 8);
    assert.deepEqual(Array.from(edge.lives.verdicts.all()), []);
  });

  it('has no sound to call with', async () => {
    const edge = await open({ cells: { sms: 'no' } });
    edge.media.openLeg = () => Promise.resolve(fail('no-ports'));
    assert.deepEqual((await edge.trials.test(number))?.call, {
      kind: 'undone',
      why: 'has no sound (no-ports)',
    });
  });
});

describe('the schedule of tests', () => {
  it('tests each number that is due, so many an hour, and begins anew', async () => {
    const { inventory, lives, clock } = openStock();
    const numbers = Array.from({ length: 5 }, (_, i) => `+1415555${String(1000 + i)}`);
    await inventory.add(numbers.map((e164) => listing(e164, { carrier: 'alpha' })));
    await inventory.add([listing('+14155551009')]);
    await lives.hold(numbers[1]!, 'disputed');
    await inventory.turn(numbers[2]!, (life) =>
      ok({
        ...life,
        state: 'held',
        withheld: { sinceMs: 0, by: 'test', reason: 'x', lastOwner: '', releasedMs: 0, restUntilMs: 0 },
      }),
    );
    const tested: string[] = [];
    const passed = { kind: 'passed' } as const;
    const schedule = new TrialSchedule({
      numbers: lives,
      test: async (e164) => {
        tested.push(e164);
        await lives.judge(e164, { atMs: clock.now(), message: passed, call: passed });
      },
      clock,
      everyDays: 1,
      perHour: 60,
      failed: (error) => assert.fail(String(error)),
    });
    schedule.start();
    await clock.advanceAsync(2 * 60_000, 60_000);
    assert.deepEqual(tested, [numbers[0], numbers[2]]);
    await clock.advanceAsync(4 * 60_000, 60_000);
    const due = [numbers[0], numbers[2], numbers[3], numbers[4]];
    assert.deepEqual(tested, due);
    await clock.advanceAsync(24 * 3_600_000 + 60_000, 60_000);
    assert.deepEqual(tested, [...due, ...due]);
    schedule.stop();
    await clock.advanceAsync(48 * 3_600_000, 3_600_000);
    assert.equal(tested.length, 8);
  });

  it('does nothing unless it is asked for', () => {
    const { lives, clock } = openStock();
    const test = () => Promise.reject(new Error('untested'));
    const idle = { numbers: lives, test, clock, everyDays: 0, perHour: 60, failed: () => undefined };
    new TrialSchedule(idle).start();
    assert.equal(clock.timers, 0);
  });
});
