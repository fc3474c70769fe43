import { describe, it } from 'node:test';
import { dice } from '../fuzz/fuzzer.ts';
import { fuzzer } from '../fuzz/twiml.ts';

describe('TwiML under mutation', () => {
  it('always gives a bounded result', async () => {
    const source = dice(1);
    for (let round = 0; round < 2000; round++) await fuzzer.attack(source);
  });
});
