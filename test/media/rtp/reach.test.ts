import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mayReach } from '../../../media/rtp/reach.ts';

describe('where packets may be sent', () => {
  it('is anywhere that a peer can be', () => {
    for (const [ip, ours] of [
      ['192.0.2.7', '198.51.100.1'],
      ['10.0.0.7', '10.0.0.1'],
      ['127.0.0.1', '127.0.0.1'],
      ['2001:db8::7', '2001:db8::1'],
    ] as const)
      assert.ok(mayReach(ip, ours), ip);
  });

  it('is not this machine, a group, everybody, nobody, or the other family', () => {
    for (const [ip, ours] of [
      ['127.0.0.1', '192.0.2.1'],
      ['224.0.0.1', '192.0.2.1'],
      ['255.255.255.255', '192.0.2.1'],
      ['0.0.0.0', '192.0.2.1'],
      ['ff02::1', '2001:db8::1'],
      ['::1', '2001:db8::1'],
      ['2001:db8::7', '192.0.2.1'],
      ['phone.example', '192.0.2.1'],
    ] as const)
      assert.ok(!mayReach(ip, ours), ip);
  });
});
