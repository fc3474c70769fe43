import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refusal } from '../../edge/webhook/addresses.ts';

/** Networks of one's own: `allowPrivate` opens them. */
const ownNetworks = [
  '10.0.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '::1',
  'fe80::1',
  'fe80::1%eth0',
  'fc00::1',
  'fd12:3456::1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
];

/** Nothing of these is a web server, whatever is allowed. */
const neverServers = [
  '0.0.0.0',
  '0.1.2.3',
  '::',
  '::ffff:0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '240.0.0.1',
  '192.0.0.8',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '192.88.99.1',
  'ff02::1',
  'fec0::1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  '2002:7f00:1::',
  '2001::1',
  '2001:db8::1',
  '2001:20::1',
  '3fff::1',
  '5f00::1',
  '100::1',
  '::7f00:1',
  '4000::1',
  'not-an-address',
  '',
];

const open = [
  '1.1.1.1',
  '8.8.8.8',
  '172.32.0.1',
  '100.128.0.1',
  '2606:4700::1111',
  '2a00:1450::1',
  '::ffff:8.8.8.8',
];

describe('addresses', () => {
  for (const address of ownNetworks) {
    it(`${address} is open only with allowPrivate`, () => {
      assert.notEqual(refusal(address, false), undefined);
      assert.equal(refusal(address, true), undefined);
    });
  }
  for (const address of neverServers) {
    it(`${address || 'nothing'} is never open`, () => {
      assert.notEqual(refusal(address, false), undefined);
      assert.notEqual(refusal(address, true), undefined);
    });
  }
  for (const address of open) {
    it(`${address} is open`, () => {
      assert.equal(refusal(address, false), undefined);
    });
  }
});
