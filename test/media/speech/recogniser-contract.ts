import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeUlaw } from '../../../media/audio/g711.ts';
import type { Heard, Recogniser } from '../../../media/speech/recogniser.ts';

export type Final = Extract<Heard, { kind: 'final' }>;

/** Samples as frames of µ-law, between pauses of half a second. */
export function framesOf(samples: Int16Array): readonly Uint8Array[] {
  const padded = new Int16Array(samples.length + 8_000);
  padded.set(samples, 4_000);
  const octets = new Uint8Array(padded.length);
  encodeUlaw(padded, octets);
  return Array.from({ length: Math.ceil(octets.length / 160) }, (_, frame) =>
    octets.subarray(frame * 160, frame * 160 + 160),
  );
}

/** Everything that is heard of these samples. */
export function listen(
  recogniser: Recogniser,
  samples: Int16Array,
  hints: readonly string[] = [],
): Promise<readonly Heard[]> {
  return new Promise((resolve) => {
    const all: Heard[] = [];
    const hear = (heard: Heard): void => {
      all.push(heard);
      if (heard.kind !== 'partial') resolve(all);
    };
    const started = recogniser.start({ language: 'en-US', hints, hear });
    assert.ok(started.ok);
    for (const frame of framesOf(samples)) started.value.feed(frame);
    started.value.finish();
  });
}

/** The last word. */
export async function understand(
  recogniser: Recogniser,
  samples: Int16Array,
  hints: readonly string[] = [],
): Promise<Final> {
  const heard = (await listen(recogniser, samples, hints)).at(-1);
  assert.ok(heard?.kind === 'final', JSON.stringify(heard));
  return heard;
}

/** What every recogniser must keep to. `open` gives one that listens to two at once; `speech` is some English. */
export function keepsToTheContractOfRecognisers(
  name: string,
  open: () => Recogniser,
  speech: () => Int16Array,
): void {
  describe(`${name} as a recogniser`, () => {
    const request = { language: 'en-US', hints: [], hear: () => undefined };

    it('understands English, and says what it does not', () => {
      const recogniser = open();
      assert.equal(recogniser.understands('en-US'), true);
      assert.deepEqual(recogniser.start({ ...request, language: 'xx-XX' }), {
        ok: false,
        error: 'unknown-language',
      });
    });

    it('gives one final text after its partial ones', async () => {
      const heard = await listen(open(), speech());
      const kinds = heard.map(({ kind }) => kind);
      assert.deepEqual(kinds.slice(0, -1), Array(kinds.length - 1).fill('partial'));
      const last = heard.at(-1);
      assert.ok(last?.kind === 'final');
      assert.notEqual(last.text, '');
      assert.ok(last.confidence > 0 && last.confidence <= 1);
    });

    it('understands nothing in silence', async () => {
      assert.equal((await understand(open(), new Int16Array(16_000))).text, '');
      assert.equal((await understand(open(), new Int16Array(0))).text, '');
    });

    it('listens to as many as it may', () => {
      const recogniser = open();
      const [first, second] = [recogniser.start(request), recogniser.start(request)];
      assert.deepEqual(recogniser.start(request), { ok: false, error: 'busy' });
      assert.ok(first.ok && second.ok);
      first.value.cancel();
      first.value.cancel();
      const third = recogniser.start(request);
      assert.ok(third.ok);
      assert.deepEqual(recogniser.start(request), { ok: false, error: 'busy' });
      second.value.cancel();
      third.value.cancel();
    });

    it('is silent when it has been cancelled', () => {
      const heard: Heard[] = [];
      const started = open().start({ ...request, hear: (one) => heard.push(one) });
      assert.ok(started.ok);
      started.value.feed(new Uint8Array(160));
      started.value.finish();
      started.value.cancel();
      started.value.feed(new Uint8Array(160));
      assert.deepEqual(heard, []);
    });
  });
}
