import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { kannelConfig } from './kannel-config.ts';

const place = {
  folder: '/kannel',
  adminPort: 1,
  smsboxPort: 2,
  sendsmsPort: 3,
  user: 'u',
  password: 'p',
};

describe("Kannel's configuration", () => {
  const text = kannelConfig(
    [
      { id: 'in', port: 4, systemId: 'AC0', password: 'a b', rerouteTo: 'out', takesOnlyItsOwn: true },
      { id: 'out', port: 5, systemId: 'x', password: 'y', window: 7, transceiver: false },
    ],
    { incomingUrl: 'http://127.0.0.1:9/mo?text=%a' },
    place,
  );

  it('has a group for each link', () => {
    const [, incoming, outgoing] = text.split(/^group = /m).slice(1);
    assert.match(incoming!, /^smsc\n.*smsc-password = "a b"\n.*reroute-smsc-id = out\n/s);
    assert.match(incoming!, /^allowed-smsc-id = in$/m);
    assert.match(outgoing!, /^receive-port = 5$/m);
    assert.match(outgoing!, /^max-pending-submits = 7$/m);
    assert.doesNotMatch(outgoing!, /transceiver-mode/);
  });

  it('writes only on loopback and keeps nothing', () => {
    for (const name of ['admin', 'smsbox', 'sendsms']) {
      assert.match(text, new RegExp(`^${name}-interface = 127.0.0.1$`, 'm'));
    }
    assert.doesNotMatch(text, /store-|access-log|syslog/);
    assert.match(text, /^get-url = "http:\/\/127.0.0.1:9\/mo\?text=%a"$/m);
  });
});
