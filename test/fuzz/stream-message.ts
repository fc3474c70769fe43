import { readRequest } from '../../edge/voice/streams/protocol.ts';
import type { Dice, Fuzzer } from './fuzzer.ts';

const seeds: readonly string[] = [
  '{"event":"media","streamSid":"MZ0","media":{"payload":"AQIDBA=="}}',
  '{"event":"mark","streamSid":"MZ0","mark":{"name":"a"}}',
  '{"event":"clear","streamSid":"MZ0"}',
];

const pieces: readonly string[] = [
  '{', '}', '[', ']', '"', ':', ',', 'null', 'true', '1e999', '-0', '\\u0000', '\\ud800', '"event"', '"media"', '"payload"',
  '"mark"', '"name"', '"__proto__"', '"constructor"', '"streamSid":"MZ0"', '=', '====', 'A'.repeat(3000), '['.repeat(5000),
]; // prettier-ignore

function mutate(dice: Dice): string {
  let text = dice.pick(seeds);
  for (let rounds = dice.int(6); rounds > 0; rounds--) {
    const at = dice.int(text.length + 1);
    text = text.slice(0, at) + dice.pick(pieces) + text.slice(at + dice.int(12));
  }
  return text;
}

/** Messages of a stream's application: always read or refused by one of two numbers. */
const fuzzer: Fuzzer = {
  name: 'stream-message',
  attack(dice) {
    const read = readRequest(mutate(dice), 'MZ0');
    if (read.ok && read.value.kind === 'media' && read.value.payload.length === 0) {
      throw new Error('media without sound');
    }
    if (read.ok && read.value.kind === 'mark' && read.value.name.length > 1_000) {
      throw new Error('the name of a mark is not bounded');
    }
  },
};

export { fuzzer };
