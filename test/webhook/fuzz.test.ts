import { describe, it } from 'node:test';
import { dice } from '../fuzz/fuzzer.ts';
import { fuzzer } from '../fuzz/webhook-url.ts';

describe('URLs under mutation', () => {
  it('always give a result that can be sent', async () => {
    const source = dice(1);
    for (let round = 0; round < 5000; round++) await fuzzer.attack(source);
  });
});
