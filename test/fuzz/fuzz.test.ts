import { describe, it } from 'node:test';
import { dice } from './fuzzer.ts';
import { fuzzers } from './registry.ts';

/**
 * FUZZ_SEED=n replays the one input of that seed. FUZZ_START=n and FUZZ_ROUNDS=n look elsewhere and longer; a test run
 * always makes the same inputs, so that what lands does not hang on chance.
 */
const replay = process.env['FUZZ_SEED'];
const start = Number(process.env['FUZZ_START'] ?? 1);
const roundsWanted = process.env['FUZZ_ROUNDS'];

describe('fuzzers', () => {
  for (const [fuzzer, roundsUsual] of fuzzers) {
    it(fuzzer.name, async () => {
      const first = replay === undefined ? start : Number(replay);
      const rounds = replay === undefined ? Number(roundsWanted ?? roundsUsual) : 1;
      for (let seed = first; seed < first + rounds; seed++) {
        try {
          await fuzzer.attack(dice(seed));
        } catch (error) {
          throw new Error(`${fuzzer.name} fails; replay with FUZZ_SEED=${seed}`, { cause: error });
        }
      }
    });
  }
});
