import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { afterEach, describe, it } from 'node:test';
import { auditBooks } from '../../control/billing/audit/audit.ts';
import { sumsOf } from '../../control/billing/categories.ts';
import { dayOf } from '../../control/billing/periods.ts';
import type { Recording } from '../../edge/voice/recording.ts';
import { voiceCharges } from '../../edge/voice/audit.ts';
import { unknownLength, wavHeader } from '../../media/audio/files/wav-header.ts';
import type { FakeRecorder } from './fake-media.ts';
import type { UnitName } from '../../control/prices/price.ts';
import { account, Harness, twiml } from './harness.ts';

const minuteMicros = { recording_minute: 2_500, transcription_minute: 50_000, conference_minute: 0 };
const tariff = { unit: ({ category }: { category: UnitName }) => minuteMicros[category] };

describe('what is made of the sound of calls', () => {
  let harness: Harness;
  afterEach(() => harness.end());

  /** A caller who is being recorded. */
  async function recording(attributes = ''): Promise<FakeRecorder> {
    const documents = [`<Record playBeep="false" ${attributes}/>`];
    const app = () => twiml(documents.shift() ?? '<Hangup/>');
    harness = new Harness({ app, tariff });
    await harness.ring();
    return harness.media.legs[0]!.recorders[0]!;
  }
  const recorded = (): Recording => harness.voice.recordings.list(account.no, {}, { limit: 1 }).rows[0]!;
  const used = (category: string) => {
    const day = dayOf(harness.clock.now());
    const [row] = harness.money.usage.rows(account.sid, true, [{ first: day, last: day }]);
    return sumsOf(row ?? [], category);
  };
  const differences = (): readonly string[] => {
    const { store, clock, money } = harness;
    const rooms = voiceCharges.map((open) => open({ store, accounts: { byNo: () => account } }));
    return auditBooks({ ...money, triggers: { all: () => [] }, rooms, nowMs: clock.now() }).differences;
  };
  async function restart(): Promise<void> {
    harness = new Harness({ ...(await harness.crash()), app: () => twiml('<Hangup/>'), tariff });
    await harness.voice.recordings.idle();
    await harness.settle();
  }

  it('costs by its begun minutes, once, and keeps its price', async () => {
    const recorder = await recording();
    const { sid } = recorded();
    assert.equal(recorded().priceMicros, null);
    recorder.end({ why: 'silence', durationMs: 60_001 });
    await harness.settle();
    const expected = { count: 1, usage: 2, priceMicros: 5_000 };
    assert.equal(harness.voice.recordings.get(sid)?.priceMicros, 5_000);
    assert.deepEqual(used('calls-recordings'), expected);
    await restart();
    await restart();
    assert.equal(harness.voice.recordings.get(sid)?.priceMicros, 5_000);
    for (const category of ['calls-recordings', 'recordings'])
      assert.deepEqual(used(category), expected, category);
    assert.deepEqual(differences(), []);
  });

  it('stays over, and charged, for whoever would pause it too late', async () => {
    const recorder = await recording();
    const active = harness.voice.recordings.underWay(recorded().sid)!;
    recorder.end({ why: 'silence', durationMs: 5_000 });
    await harness.settle();
    active.pause('skip');
    active.resume();
    await harness.settle();
    assert.equal(recorded().status, 'completed');
    await restart();
    assert.deepEqual(used('recordings'), { count: 1, usage: 1, priceMicros: 2_500 });
    assert.deepEqual(differences(), []);
  });

  it('costs what a crash has left of it, once', async () => {
    const { options } = await recording();
    const { sid } = recorded();
    const data = Buffer.alloc(8_000 * 2 * 3);
    writeFileSync(options.file, Buffer.concat([wavHeader(1, unknownLength), data]));
    await restart();
    await restart();
    const { status, durationMs, priceMicros } = harness.voice.recordings.get(sid)!;
    assert.deepEqual([status, durationMs, priceMicros], ['completed', 3_000, 2_500]);
    assert.deepEqual(used('recordings'), { count: 1, usage: 1, priceMicros: 2_500 });
    assert.deepEqual(differences(), []);
  });

  it('costs nothing where nothing was made', async () => {
    const recorder = await recording('transcribe="true"');
    recorder.end({ why: 'silence', durationMs: 50 });
    await harness.settle();
    const { status, priceMicros } = recorded();
    assert.deepEqual([status, priceMicros], ['absent', null]);
    assert.deepEqual(used('recordings'), { count: 0, usage: 0, priceMicros: 0 });
    assert.deepEqual(differences(), []);
  });

  it('costs nothing if it is removed meanwhile, and stays away', async () => {
    const recorder = await recording();
    const before = recorded();
    await harness.voice.recordings.remove(before);
    recorder.end({ why: 'silence', durationMs: 5_000 });
    await harness.settle();
    assert.equal(harness.voice.recordings.get(before.sid), undefined);
    assert.deepEqual(used('recordings'), { count: 0, usage: 0, priceMicros: 0 });
    assert.deepEqual(differences(), []);
  });

  it('costs for its text, once that has come', async () => {
    const recorder = await recording('transcribe="true"');
    recorder.end({ why: 'silence', durationMs: 61_000 });
    await harness.settle();
    const [begun] = harness.voice.transcriptions.list(account.no, undefined, { limit: 9 }).rows;
    assert.equal(begun?.priceMicros, null);
    assert.deepEqual(used('transcriptions'), { count: 0, usage: 0, priceMicros: 0 });
    harness.recogniser.last.request.hear({ kind: 'final', text: 'hello', confidence: 0.9 });
    await harness.settle();
    const expected = { count: 1, usage: 2, priceMicros: 100_000 };
    assert.equal(harness.voice.transcriptions.get(begun.sid)?.priceMicros, 100_000);
    assert.deepEqual(used('transcriptions'), expected);
    harness.voice.transcriptions.finish(begun.sid, 'hello again');
    await restart();
    assert.deepEqual(used('transcriptions'), expected);
    assert.deepEqual(differences(), []);
  });

  it('costs nothing for a text that did not come', async () => {
    const recorder = await recording('transcribe="true"');
    recorder.end({ why: 'silence', durationMs: 3_000 });
    await harness.settle();
    await restart();
    const rows = harness.voice.transcriptions.list(account.no, undefined, { limit: 9 }).rows;
    assert.deepEqual(
      rows.map(({ status, priceMicros }) => [status, priceMicros]),
      [['failed', null]],
    );
    assert.deepEqual(used('transcriptions'), { count: 0, usage: 0, priceMicros: 0 });
    assert.deepEqual(differences(), []);
  });
});
