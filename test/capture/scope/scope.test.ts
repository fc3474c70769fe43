import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { parseConfig } from './configured.ts';
import { captureFilter } from '../../../edge/capture/scope/filter.ts';
import { scopeOf, type WatchedPort } from '../../../edge/capture/scope/scope.ts';

const carriers = `
carriers:
  - name: alpha
    smpp: { url: "smpp://u:p@192.0.2.10:2775" }
    sip: { proxy: "sip:192.0.2.20:5080;transport=tcp" }
  - name: beta
    smpp: { url: "smpps://u:p@smsc.example.net" }
    sip: { proxy: "sip:[2001:db8::20];transport=udp" }
smpp: { listen: "0.0.0.0:2776" }
sip: { listen: ["udp:0.0.0.0:5060", "tcp:0.0.0.0:5060", "udp:0.0.0.0:0"] }
media: { ports: 20000-20999 }
`;

const filterOf = (text: string): string => {
  const config = parseConfig(text);
  assert.ok(config.capture !== null);
  return captureFilter(scopeOf(config, config.capture));
};

/** libpcap's own word on whether a filter is one. */
const compiles = (filter: string): string =>
  execFileSync('dumpcap', ['-d', '-f', filter, '-i', 'lo'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

describe('what is captured', () => {
  it('is the signalling of carriers and tenants, and no sound unless asked', () => {
    const filter = filterOf(`${carriers}capture: {}\n`);
    assert.equal(
      filter,
      [
        '(tcp port 2775 and host 192.0.2.10)',
        '(tcp port 3550)',
        '(tcp port 2776)',
        '(udp port 5060)',
        '(tcp port 5060)',
        '(tcp port 5061)',
        '(tcp port 5080)',
        '(ip[6:2] & 0x1fff != 0 and ip[9] = 17)',
        '(ip6[6] = 44)',
      ].join(' or '),
    );
  });

  it('is sound, too, where that is wanted, and never the copies that go to Homer', () => {
    const filter = filterOf(
      `${carriers}capture: { rtp: headers, hep: { address: "192.0.2.9:9060", password: x } }\n`,
    );
    assert.match(filter, /^not \(udp dst port 9060 and dst host 192\.0\.2\.9\) and \(/);
    assert.match(filter, / or \(udp portrange 20000-20999\) or /);
  });

  it('is nothing on an edge without carriers and doors', () => {
    assert.equal(filterOf('capture: { rtp: whole }\n'), 'less 0');
  });

  it('knows hosts by their ports alone where there are too many for the kernel', () => {
    const ports = Array.from({ length: 65 }, (_, n): WatchedPort => {
      return { transport: 'tcp', port: 2775, host: `192.0.2.${n + 1}` };
    });
    assert.equal(captureFilter({ ports, media: null, except: null }), '(tcp port 2775)');
    assert.match(
      captureFilter({ ports: ports.slice(1), media: null, except: null }),
      /host 192\.0\.2\.65\)$/,
    );
  });

  it('is said in words that libpcap understands', () => {
    for (const capture of ['{}', '{ rtp: whole, hep: { address: "homer.example:9060" } }'])
      assert.match(compiles(filterOf(`${carriers}capture: ${capture}\n`)), /ret\s+#0/);
    const ports = Array.from({ length: 64 }, (_, n): WatchedPort => {
      return { transport: 'tcp', port: 2_775 + n, host: `2001:db8::${n + 1}` };
    });
    const program = compiles(captureFilter({ ports, media: null, except: null }));
    assert.ok(program.split('\n').length < 4_096, 'the kernel takes it');
  });
});
