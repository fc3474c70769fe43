import type { StreamNoun } from '../../twiml/nouns/stream.ts';
import type { Run } from '../program/run.ts';
import type { StreamWish } from '../streams/streams.ts';

/** What a document asks of a stream, with its callback's URL made absolute. */
export function streamWish(noun: StreamNoun, run: Run, bidirectional: boolean): StreamWish {
  const { url, name, track, parameters, statusCallback } = noun;
  return {
    url,
    track,
    parameters,
    bidirectional,
    ...(name === undefined ? {} : { name }),
    ...(statusCallback === undefined
      ? {}
      : { statusCallback: { ...statusCallback, url: run.resolve(statusCallback.url) } }),
  };
}
