import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ValidationCall } from '../../control/caller-ids/validations.ts';
import { account, Harness, ownNumber, stranger } from './harness.ts';

const callback = 'http://app.test/verified';
const callerIdSid = 'PN0000000000000000000000000000000a';

/** Asked by a function, so that the compiler does not take the answer for lasting. */
const isPlaying = (leg: { readonly playing?: unknown }): boolean => leg.playing !== undefined;

describe('a verification call', () => {
  let harness: Harness;
  let verified: number;
  beforeEach(() => {
    harness = new Harness();
    verified = 0;
  });
  afterEach(() => harness.end());

  const place = async (change: Partial<ValidationCall> = {}) => {
    const placed = await harness.voice.verifications.place({
      account,
      phoneNumber: stranger,
      from: ownNumber,
      friendlyName: '',
      delayMs: 0,
      extension: '',
      statusCallback: { url: callback, method: 'POST' },
      code: '314159',
      verified: () => {
        verified++;
        return Promise.resolve(callerIdSid);
      },
      ...change,
    });
    if (placed.ok) await harness.advance(0);
    return placed;
  };

  /** The callee answers, and the prompt is over. */
  const answer = async () => {
    harness.invited.answer();
    await harness.settle();
    return harness.media.legs.at(-1)!;
  };

  it('verifies the number of whoever enters the code', async () => {
    const placed = await place({ extension: 'w7#' });
    assert.ok(placed.ok);
    assert.equal(harness.invited.request.from, ownNumber);
    const leg = await answer();
    assert.deepEqual(leg.sentDigits, ['w7#']);
    assert.match(harness.said.at(-1)!.ssml, /six digit/);
    leg.playing?.end();
    await harness.settle();
    leg.press('314159');
    await harness.settle();
    assert.equal(verified, 1);
    assert.match(harness.said.at(-1)!.ssml, /Thank you/);
    leg.playing?.end();
    await harness.settle();
    assert.equal(harness.row(placed.value.callSid).status, 'completed');
    const [told] = harness.sentTo(callback);
    assert.deepEqual(
      [told!['VerificationStatus'], told!['OutgoingCallerIdSid'], told!['CallSid'], told!['To']],
      ['success', callerIdSid, placed.value.callSid, stranger],
    );
  });

  it('takes digits while it speaks, and another try after a wrong code', async () => {
    await place();
    const leg = await answer();
    leg.press('3');
    await harness.settle();
    assert.ok(!isPlaying(leg));
    leg.press('14158');
    await harness.settle();
    assert.match(harness.said.at(-1)!.ssml, /not right/);
    leg.press('31*4159');
    await harness.settle();
    assert.equal(verified, 1);
    leg.playing?.end();
    await harness.settle();
  });

  it('fails after three tries, or when nothing is entered', async () => {
    const placed = await place();
    assert.ok(placed.ok);
    const leg = await answer();
    for (let attempt = 0; attempt < 2; attempt++) {
      leg.press('000000');
      await harness.settle();
    }
    leg.playing?.end();
    await harness.settle();
    leg.press('31');
    await harness.advance(9_999);
    assert.equal(harness.row(placed.value.callSid).status, 'in-progress');
    await harness.advance(1);
    leg.playing?.end();
    await harness.settle();
    assert.equal(harness.row(placed.value.callSid).status, 'completed');
    assert.equal(verified, 0);
    const [told] = harness.sentTo(callback);
    assert.deepEqual([told!['VerificationStatus'], told!['OutgoingCallerIdSid']], ['failed', undefined]);
  });

  it('fails when nobody answers, or the callee hangs up', async () => {
    await place();
    harness.invited.refuse(486);
    await harness.settle();
    const second = await place();
    assert.ok(second.ok);
    await answer();
    harness.invited.dialog.hangUp();
    await harness.settle();
    assert.equal(harness.row(second.value.callSid).status, 'completed');
    assert.deepEqual(
      harness.sentTo(callback).map((told) => [told['CallStatus'], told['VerificationStatus']]),
      [
        ['busy', 'failed'],
        ['completed', 'failed'],
      ],
    );
    assert.equal(verified, 0);
    assert.equal(harness.media.openLegs, 0);
  });

  it('begins after its delay, unless it is canceled before', async () => {
    const placed = await place({ delayMs: 5_000, from: '' });
    assert.ok(placed.ok);
    assert.equal(harness.signalling.outgoing.length, 0);
    assert.equal(harness.row(placed.value.callSid).status, 'queued');
    await harness.advance(5_000);
    assert.equal(harness.invited.request.from, 'anonymous');
    harness.invited.refuse(480);
    await harness.settle();
    const other = await place({ delayMs: 5_000 });
    assert.ok(other.ok);
    await harness.voice.updateCall(harness.row(other.value.callSid), { kind: 'cancel' });
    await harness.advance(5_000);
    assert.equal(harness.signalling.outgoing.length, 1);
    assert.equal(harness.row(other.value.callSid).status, 'canceled');
  });

  it('is refused where no carrier takes the number', async () => {
    await harness.end();
    harness = new Harness({ carriers: [] });
    assert.deepEqual(await place(), {
      ok: false,
      error: { code: 21215, detail: `No carrier of this edge takes calls to ${stranger}.` },
    });
    assert.equal(harness.voice.calls.list(account.no, {}, { limit: 1 }).rows.length, 0);
  });

  it('is refused while ten of the account go on', async () => {
    for (let n = 0; n < 10; n++) assert.ok((await place()).ok);
    const refused = await place();
    assert.equal(refused.ok ? 0 : refused.error.code, 20429);
    for (const call of harness.signalling.outgoing) call.refuse(486);
    await harness.settle();
    assert.ok((await place()).ok);
    harness.invited.refuse(486);
    await harness.settle();
  });
});
