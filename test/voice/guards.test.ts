import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { account, appUrl, Harness, ownNumber, stranger, twiml, type HarnessOptions } from './harness.ts';

describe('calls and the guards', () => {
  let harness: Harness;
  const open = (options: HarnessOptions = {}): Harness => (harness = new Harness(options));
  afterEach(() => harness.end());

  const refusal = async (): Promise<number | undefined> => {
    const created = await harness.voice.createCall(harness.wanted());
    return created.ok ? undefined : created.error.code;
  };

  it('by REST are refused where they are not enabled, blocked or too many', async () => {
    open({ guards: { limits: [{ callsPerHour: 1 }] } });
    await harness.guards.rules.allowCalls(account.sid, {
      US: { low: false, special: false, tollFraud: false },
    });
    assert.equal(await refusal(), 21215);
    await harness.guards.rules.allowCalls(account.sid, {
      US: { low: true, special: false, tollFraud: false },
    });
    await harness.guards.blocks.add([{ scope: '', address: '+1206*', direction: 'both', note: '' }]);
    assert.equal(await refusal(), 21216);
    await harness.guards.blocks.remove('', '+1206*');
    assert.equal(await refusal(), undefined);
    assert.equal(await refusal(), 20429);
    assert.deepEqual(harness.guarded.refusals, ['call country', 'call block', 'call velocity']);
  });

  it('by <Dial> fail with an alert', async () => {
    open({
      guards: { calls: { countries: ['CA'] } },
      app: ({ url }) => (url === appUrl ? twiml('<Dial>+12065550111</Dial>') : twiml()),
    });
    await harness.ring();
    assert.deepEqual(
      harness.alerts.map(({ code }) => code),
      [13227],
    );
    assert.deepEqual(harness.signalling.outgoing, []);
  });

  it('for the verification of a caller ID go by the same rules', async () => {
    open({ guards: { calls: { countries: ['CA'] } } });
    const placed = await harness.voice.verifications.place({
      account,
      from: '',
      friendlyName: '',
      phoneNumber: stranger,
      extension: '',
      code: '123456',
      delayMs: 0,
      statusCallback: null,
      verified: () => Promise.resolve(''),
    });
    assert.deepEqual([placed.ok, placed.ok ? 0 : placed.error.code], [false, 21215]);
  });

  it('that come in blocked are declined', async () => {
    open();
    await harness.guards.blocks.add([
      { scope: account.sid, address: stranger, direction: 'inbound', note: '' },
    ]);
    const incoming = await harness.ring();
    assert.equal(incoming.rejected?.status, 603);
    assert.deepEqual(harness.refusals, ['blocked']);
    const other = await harness.ring({ fromUser: '+12065550199' });
    assert.equal(other.rejected?.status ?? 0, 0);
  });

  it('that are short and many to neighbours are seen', async () => {
    const pumping = { neighbourDigits: 2, shortCalls: 1, shortCallSeconds: 5 };
    open({ guards: { pumping }, app: () => twiml('<Pause length="3"/>') });
    await harness.call();
    harness.invited.answer();
    await harness.settle();
    await harness.advance(3_000);
    assert.equal(await refusal(), 21216);
    assert.deepEqual(
      harness.guarded.alerts.map(({ code }) => code),
      [21216],
    );
    assert.equal(harness.invited.request.from, ownNumber);
  });
});
