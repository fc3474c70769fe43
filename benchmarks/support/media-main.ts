/** The media of an edge, and nothing else of it: legs that are bridged, or played to. */
import { openMedia } from '../../media/open.ts';
import type { Leg } from '../../media/media.ts';
import { serve } from './forked.ts';
import { phoneSdp, portOfSdp } from './phone-sdp.ts';

export type MediaQuestion =
  /** As many more calls, each between two phones that hear at `phonePort`; gives the ports that they send to. */
  | { readonly ask: 'bridge'; readonly calls: number; readonly phonePort: number }
  /** As many more legs that are played `file` without end, and listened to. */
  | {
      readonly ask: 'play';
      readonly legs: number;
      readonly phonePort: number;
      readonly file: string;
      readonly speech: boolean;
    }
  /** Closes all legs. */
  | { readonly ask: 'close' };

/** Legs that are opened at a time. */
const atOnce = 32;
const manyLoops = 1_000_000;
const rtpTimeoutMs = 600_000;

const media = await openMedia({
  address: '127.0.0.1',
  ports: { first: 10_000, last: 19_999 },
  workers: 'auto',
  trouble: (reason) => process.stderr.write(`media: ${reason}\n`),
});
let legs: Leg[] = [];

async function open(phonePort: number, beside?: Leg): Promise<{ leg: Leg; port: number }> {
  const opened = await media.openLeg({
    codecs: ['PCMU'],
    srtp: 'never',
    rtpTimeoutMs,
    ...(beside === undefined ? {} : { beside }),
  });
  if (!opened.ok) throw new Error(opened.error);
  const leg = opened.value;
  legs.push(leg);
  const answer = await leg.answer(phoneSdp(phonePort));
  if (!answer.ok) throw new Error(answer.error);
  return { leg, port: portOfSdp(answer.value) };
}

async function call(phonePort: number): Promise<readonly number[]> {
  const a = await open(phonePort);
  const b = await open(phonePort, a.leg);
  await a.leg.bridge(b.leg);
  return [a.port, b.port];
}

async function played(phonePort: number, file: string, speech: boolean): Promise<readonly number[]> {
  const { leg, port } = await open(phonePort);
  leg.onDigit(() => undefined);
  if (speech) await leg.watchSpeech(() => undefined);
  leg.play([{ kind: 'file', file }], { loop: manyLoops });
  return [port];
}

/** Makes `count` of something, some at a time. */
async function many(count: number, make: () => Promise<readonly number[]>): Promise<number[]> {
  const made: number[] = [];
  let begun = 0;
  const maker = async (): Promise<void> => {
    while (begun < count) {
      begun++;
      made.push(...(await make()));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, maker));
  return made;
}

async function answer(question: MediaQuestion): Promise<readonly number[]> {
  switch (question.ask) {
    case 'bridge':
      return many(question.calls, () => call(question.phonePort));
    case 'play':
      return many(question.legs, () => played(question.phonePort, question.file, question.speech));
    case 'close': {
      const closing = legs;
      legs = [];
      await Promise.all(closing.map((leg) => leg.close()));
      return [];
    }
  }
}

serve(answer, () => media.close());
