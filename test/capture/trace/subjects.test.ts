import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { namesOf } from '../../../edge/capture/trace/names.ts';
import { wantedLink } from '../../../edge/capture/trace/subjects.ts';
import { parseConfig } from '../scope/configured.ts';

const config = parseConfig(`
carriers:
  - name: alpha
    smpp: { url: "smpp://u:p@192.0.2.10:2775" }
    sip: { proxy: "sip:192.0.2.10:5080", accept: ["192.0.2.10", "192.0.2.11", "198.51.100.0/24"] }
  - name: beta
    smpp: { url: "smpps://u:p@smsc.example.net" }
    sip: { proxy: "sip:[2001:db8::20];transport=tls" }
  - name: gamma
  - name: here
    smpp: { url: "smpp://u:p@127.0.0.1:2775" }
    sip: { proxy: "sip:127.0.0.1:5090", accept: ["127.0.0.1"] }
smpp: { listen: "0.0.0.0:2776" }
sip: { listen: ["udp:0.0.0.0:5060"] }
`);
const window = { fromMs: 0, untilMs: 1 };

describe('What a link is found by', () => {
  const remotesOf = async (name: string): Promise<unknown> => {
    const wanted = await wantedLink(config.carriers, name, window, (host) =>
      Promise.resolve(host === 'smsc.example.net' ? ['203.0.113.7', '2001:DB8:0::7'] : []),
    );
    return wanted.ok && wanted.value.subject.kind === 'link' ? wanted.value.subject.remotes : wanted;
  };

  it('is where the carrier is configured to be, by SMPP and by SIP', async () => {
    assert.deepEqual(await remotesOf('alpha'), [
      { address: '192.0.2.10', port: 2775 },
      { address: '192.0.2.10', port: 5080 },
      { address: '192.0.2.11' },
    ]);
    assert.deepEqual(await remotesOf('beta'), [
      { address: '203.0.113.7', port: 3550 },
      { address: '2001:db8::7', port: 3550 },
      { address: '2001:db8::20', port: 5061 },
    ]);
    assert.deepEqual(await remotesOf('here'), [
      { address: '127.0.0.1', port: 2775 },
      { address: '127.0.0.1', port: 5090 },
    ]);
  });

  it('is missing for those who have none, which is said', async () => {
    assert.deepEqual(await remotesOf('gamma'), { ok: false, error: 'the DNS knows no address of gamma' });
    const unknown = { ok: false, error: 'no carrier is called omega (alpha, beta, gamma, here)' };
    assert.deepEqual(await remotesOf('omega'), unknown);
  });
});

describe('The names in a ladder', () => {
  const nameOf = namesOf(config, ['127.0.0.1', '::1', '192.0.2.2', '2001:db8::2']);
  const named = (address: string, port: number): string | undefined => nameOf({ address, port });

  it('are those of carriers, wherever they call from', () => {
    assert.equal(named('192.0.2.10', 2775), 'alpha');
    assert.equal(named('192.0.2.10', 40_000), 'alpha');
    assert.equal(named('192.0.2.11', 1), 'alpha');
    assert.equal(named('198.51.100.77', 5060), 'alpha');
    assert.equal(named('2001:db8::20', 5061), 'beta');
    assert.equal(named('203.0.113.99', 5060), undefined);
  });

  it('are the edge for this machine, which on the loopback is told by its ports', () => {
    assert.equal(named('192.0.2.2', 50_000), 'edge');
    assert.equal(named('2001:db8::2', 5060), 'edge');
    assert.equal(named('127.0.0.1', 2776), 'edge');
    assert.equal(named('127.0.0.1', 5060), 'edge');
    assert.equal(named('127.0.0.1', 2775), 'here');
    assert.equal(named('127.0.0.1', 50_000), undefined);
  });
});
