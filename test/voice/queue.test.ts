import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { account, appUrl, Harness, twiml, type HarnessOptions } from './harness.ts';
import type { FakeIncoming } from './fake-signalling.ts';

const agentNumber = '+14155550002';
const agentUrl = 'http://app.test/agent';
const actionUrl = 'http://app.test/action';
const waitUrl = 'http://app.test/wait';

describe('a queue', () => {
  let harness: Harness;
  afterEach(() => harness.end());

  /** Callers of the first number are queued; those of the second dial the queue. */
  const open = (documents: Record<string, string> = {}, options: HarnessOptions = {}): Harness => {
    const all: Record<string, string> = {
      [appUrl]: twiml('<Enqueue action="action" waitUrl="wait">support</Enqueue>'),
      [agentUrl]: twiml('<Dial action="agent-action"><Queue>support</Queue></Dial>'),
      [waitUrl]: twiml('<Pause length="10"/>'),
      ...documents,
    };
    harness = new Harness({ app: ({ url }) => all[url] ?? twiml('<Hangup/>'), ...options });
    const own = harness.numbers.get('+14155550001');
    if (own?.assignment) {
      const config = { ...own.assignment.config, voiceUrl: agentUrl };
      harness.numbers.set(agentNumber, {
        ...own,
        e164: agentNumber,
        assignment: { ...own.assignment, config },
      });
    }
    return harness;
  };
  const agent = (): Promise<FakeIncoming> => harness.ring({ toUser: agentNumber });
  const queueSid = (): string => harness.voice.queues.named(account.no, 'support')?.sid ?? '';

  it('makes callers wait by the waitUrl, and connects the first to an agent', async () => {
    open();
    const first = await harness.ring();
    await harness.advance(5_000);
    await harness.ring();
    const waiting = harness.sentTo(waitUrl);
    assert.deepEqual(
      waiting.map((params) => [params['QueuePosition'], params['QueueTime'], params['CurrentQueueSize']]),
      [
        ['1', '0', '1'],
        ['2', '0', '2'],
      ],
    );
    assert.deepEqual(
      harness.voice.queues.members(queueSid()).map(({ position }) => position),
      [1, 2],
    );
    await agent();
    assert.equal(harness.media.legs[0]?.peer, harness.media.legs[2]);
    assert.equal(harness.voice.queues.size(queueSid()), 1);
    await harness.advance(20_000);
    first.dialog.hangUp();
    await harness.settle();
    const [told] = harness.sentTo(actionUrl);
    assert.equal(told?.['QueueResult'], 'bridged');
    assert.equal(told['QueueTime'], '5');
    const [dialled] = harness.sentTo('http://app.test/agent-action');
    assert.equal(dialled?.['DialCallStatus'], 'completed');
    assert.equal(dialled['DialCallDuration'], '20');
  });

  it('lets an agent wait for a caller', async () => {
    open();
    await agent();
    await harness.advance(3_000);
    await harness.ring();
    assert.equal(harness.media.legs[0]?.peer, harness.media.legs[1]);
    assert.deepEqual(harness.voice.queues.members(queueSid()), []);
  });

  it('goes on with the action of each when the agent leaves', async () => {
    open({ [actionUrl]: twiml('<Pause length="60"/>') });
    const caller = await harness.ring();
    const busy = await agent();
    busy.dialog.hangUp();
    await harness.settle();
    assert.equal(harness.sentTo(actionUrl)[0]?.['QueueResult'], 'bridged');
    assert.equal(caller.dialog.byes, 0);
    assert.equal(harness.media.legs[0]?.peer, undefined);
  });

  it('lets the caller hear the agent’s document first', async () => {
    open({
      [agentUrl]: twiml('<Dial><Queue url="whisper">support</Queue></Dial>'),
      'http://app.test/whisper': twiml('<Pause length="2"/>'),
    });
    await harness.ring();
    await agent();
    const [asked] = harness.sentTo('http://app.test/whisper');
    assert.equal(asked?.['QueueSid'], queueSid());
    assert.match(asked['DequeingCallSid'] ?? '', /^CA/);
    assert.equal(harness.media.legs[0]?.peer, undefined);
    await harness.advance(2_000);
    assert.equal(harness.media.legs[0]?.peer, harness.media.legs[1]);
  });

  it('does not leave an agent with a caller who hung up', async () => {
    open({
      [agentUrl]: twiml('<Dial action="agent-action"><Queue url="whisper">support</Queue></Dial>'),
      'http://app.test/whisper': twiml('<Pause length="2"/>'),
    });
    const caller = await harness.ring();
    await agent();
    caller.dialog.hangUp();
    await harness.settle();
    assert.equal(harness.sentTo('http://app.test/agent-action')[0]?.['DialBridged'], 'false');
  });

  it('is left by Leave, by hanging up, and by the REST API', async () => {
    open({ [waitUrl]: twiml('<Leave/>') });
    await harness.ring();
    assert.equal(harness.sentTo(actionUrl)[0]?.['QueueResult'], 'leave');
    await harness.end();

    open();
    const caller = await harness.ring();
    caller.dialog.hangUp();
    await harness.settle();
    assert.equal(harness.sentTo(actionUrl)[0]?.['QueueResult'], 'hangup');
    assert.equal(harness.voice.queues.size(queueSid()), 0);
    await harness.end();

    open();
    await harness.ring();
    const member = harness.voice.queues.dequeue(queueSid(), 'Front', {
      kind: 'twiml',
      twiml: twiml('<Pause length="7"/>'),
    });
    await harness.settle();
    assert.equal(member?.position, 1);
    assert.equal(harness.sentTo(actionUrl)[0]?.['QueueResult'], 'redirected');
    assert.equal(harness.latest('inbound').status, 'in-progress');
    await harness.advance(7_000);
    assert.equal(harness.latest('inbound').status, 'completed');
    assert.equal(harness.clock.timers, 0);
  });

  it('takes no more than it may hold', async () => {
    open({ [appUrl]: twiml('<Enqueue action="action" waitUrl="wait" maxQueueSize="1">support</Enqueue>') });
    await harness.ring();
    await harness.ring();
    assert.equal(harness.sentTo(actionUrl)[0]?.['QueueResult'], 'queue-full');
    assert.deepEqual(
      harness.alerts.map(({ code }) => code),
      [14207],
    );
  });

  it('plays music where no waitUrl is named, and nothing where it is empty', async () => {
    open({ [appUrl]: twiml('<Enqueue>support</Enqueue>') });
    await harness.ring();
    assert.deepEqual(harness.media.legs[0]?.playing?.items, [{ kind: 'file', file: 'music' }]);
    await harness.end();
    open({ [appUrl]: twiml('<Enqueue waitUrl="">support</Enqueue>') });
    await harness.ring();
    assert.deepEqual(
      harness.media.legs.map(({ playbacks }) => playbacks.length),
      [0],
    );
  });

  it('does not ask a waitUrl again and again that says nothing', async () => {
    open({ [waitUrl]: twiml() });
    await harness.ring();
    assert.equal(harness.sentTo(waitUrl).length, 1);
    await harness.advance(2_000);
    assert.equal(harness.sentTo(waitUrl).length, 2);
  });

  it('lets a caller go whose waitUrl cannot be had', async () => {
    open({ [waitUrl]: 'no TwiML' });
    await harness.ring();
    assert.equal(harness.sentTo(actionUrl)[0]?.['QueueResult'], 'error');
    assert.equal(harness.voice.queues.size(queueSid()), 0);
  });

  it('is kept, renamed, and removed when it is empty', async () => {
    open();
    const { queues } = harness.voice;
    const made = await queues.create(account.no, 'sales', 10);
    assert.ok(made.ok);
    assert.deepEqual(await queues.create(account.no, 'sales'), { ok: false, error: 'exists' });
    const renamed = await queues.update(made.value, { friendlyName: 'shop' });
    assert.equal(renamed.ok ? renamed.value.maxSize : 0, 10);
    assert.equal(queues.named(account.no, 'sales'), undefined);
    await harness.ring();
    const support = queues.named(account.no, 'support');
    assert.ok(support);
    assert.deepEqual(await queues.remove(support), { ok: false, error: 'notEmpty' });
    assert.equal((await queues.remove(made.value)).ok, true);
    assert.deepEqual(
      queues.list(account.no, { limit: 10 }).rows.map(({ friendlyName }) => friendlyName),
      ['support'],
    );
  });
});
