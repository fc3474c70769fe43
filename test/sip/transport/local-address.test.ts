import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { localAddresses } from '../../../edge/sip/transport/local-address.ts';

const [outside, outside6] = ['198.51.100.7', '2a00::7'];

describe('our address as a peer sees it', () => {
  it('is the one that a listener is bound to', () => {
    assert.equal(localAddresses('10.0.0.1', undefined)(outside), '10.0.0.1');
  });

  it('is the announced one, for peers outside', () => {
    const local = localAddresses('10.0.0.1', '8.8.4.4');
    assert.equal(local('9.9.9.9'), '8.8.4.4');
    assert.equal(local('10.0.0.9'), '10.0.0.1');
  });

  it('is never an announced one of the other family', () => {
    assert.equal(localAddresses('2a00::1', '8.8.4.4')(outside6), '2a00::1');
    assert.equal(localAddresses('10.0.0.1', '2a00::1')('9.9.9.9'), '10.0.0.1');
    assert.equal(localAddresses('::', '8.8.4.4')('::1'), '::1');
    assert.equal(localAddresses('0.0.0.0', '2a00::1')('127.0.0.1'), '127.0.0.1');
  });
});
