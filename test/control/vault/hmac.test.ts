import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hmacSha256 } from '../../../control/vault/hmac.ts';

describe('hmacSha256', () => {
  it('gives the digest of RFC 4231 section 4.3', () => {
    assert.equal(
      hmacSha256(Buffer.from('Jefe'))('what do ya want for nothing?').toString('hex'),
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('agrees with OpenSSL on any key and messages, one after another', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }),
        (bytes, messages) => {
          const key = Buffer.from(bytes);
          const hmac = hmacSha256(key);
          for (const message of messages) {
            assert.deepEqual(hmac(message), createHmac('sha256', key).update(message, 'utf8').digest());
          }
        },
      ),
    );
  });

  it('refuses a key that is longer than a block', () => {
    assert.throws(() => hmacSha256(Buffer.alloc(65)), /longer than a block/);
  });
});
