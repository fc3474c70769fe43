import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { systemRandom } from '../../control/base/random.ts';
import { Vault } from '../../control/vault/vault.ts';
import { CallTokens } from '../../edge/voice/call-token.ts';
import { FakeClock } from '../support/fake-clock.ts';

const caller = { from: '+12065550177', by: '+14155550001', passport: 'a.b.c' };
const [mine, yours] = ['AC1', 'AC2'];

describe('a call token', () => {
  const clock = new FakeClock();
  const tokens = new CallTokens(new Vault(systemRandom.bytes(32), systemRandom), clock);

  it('tells its account who was passed on by whom, for a day', () => {
    const token = tokens.issue(mine, caller);
    assert.deepEqual(tokens.read(mine, token), caller);
    assert.equal(tokens.read(yours, token), undefined);
    clock.advance(86_400_000);
    assert.deepEqual(tokens.read(mine, token), caller);
    clock.advance(1);
    assert.equal(tokens.read(mine, token), undefined);
  });

  it('is not given for a caller without a number', () => {
    for (const from of ['anonymous', '', '12065550177', 'sip:+12065550177@carrier.test'])
      assert.equal(tokens.issue(mine, { ...caller, from }), '');
  });

  it('is nothing that anybody else can make', () => {
    const token = tokens.issue(mine, caller);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.string({ maxLength: 3 }), (at, put) => {
        const altered = token.slice(0, at) + put + token.slice(at + 1);
        assert.ok(altered === token || tokens.read(mine, altered) === undefined);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => tokens.read(mine, text) === undefined));
  });
});
