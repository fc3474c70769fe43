import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { conferenceNoun } from '../../../edge/twiml/nouns/conference.ts';
import { numberNoun } from '../../../edge/twiml/nouns/number.ts';
import { queueNoun } from '../../../edge/twiml/nouns/queue.ts';
import { recordingNoun } from '../../../edge/twiml/nouns/recording.ts';
import { sipNoun } from '../../../edge/twiml/nouns/sip.ts';
import { streamNoun } from '../../../edge/twiml/nouns/stream.ts';
import { voiceVerbs } from '../../../edge/twiml/registry.ts';
import type { ElementSpec } from '../../../edge/twiml/verb.ts';

const typings = readFileSync(
  createRequire(import.meta.url).resolve('twilio/lib/twiml/VoiceResponse.d.ts'),
  'utf8',
);

/** Attribute names that Twilio's SDK has for an element, by its typings. */
function attributesOf(name: string): readonly string[] {
  const body = new RegExp(`export interface ${name}Attributes \\{([^}]*)\\}`).exec(typings)?.[1];
  if (body === undefined) return [];
  return [...body.matchAll(/^\s+"?([A-Za-z:-]+)"?\?:/gm)].map((match) => match[1]!);
}

/** Verbs that the SDK's VoiceResponse can write at the top of a document. */
const topVerbs = (): readonly string[] => {
  const methods = /declare class VoiceResponse[^]*?\n\}/.exec(typings)![0];
  return [
    ...new Set([...methods.matchAll(/^ {4}[a-z]+\(.*\): VoiceResponse\.([A-Za-z]+);/gm)].map((m) => m[1]!)),
  ];
};

const specs: readonly Pick<ElementSpec<unknown>, 'name' | 'attributes' | 'children'>[] = [
  ...voiceVerbs,
  conferenceNoun,
  numberNoun,
  queueNoun,
  recordingNoun,
  sipNoun,
  streamNoun,
];

describe("Twilio's SDK", () => {
  it('writes no verb of calls that is not known', () => {
    const known = new Set(voiceVerbs.map(({ name }) => name));
    const written = topVerbs();
    assert.ok(written.length >= 20, 'the typings were read');
    assert.deepEqual(
      written.filter((name) => !known.has(name)),
      [],
    );
  });

  for (const spec of specs) {
    if (spec.children === 'any') continue;
    it(`writes no attribute of ${spec.name} that is not known`, () => {
      const written = attributesOf(spec.name);
      // The SDK has Sms alone for both of its names, and nothing to say of a verb without attributes.
      const bare = spec.name === 'Message' || Object.keys(spec.attributes).length === 0;
      assert.equal(written.length > 0, !bare, 'the typings were read');
      assert.deepEqual(
        written.filter((name) => !Object.hasOwn(spec.attributes, name)),
        [],
      );
    });
  }
});
