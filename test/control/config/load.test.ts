import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { loadConfig, parseConfig } from '../../../control/config/load.ts';
import { configPart, type Config } from '../../../edge/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-config-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function config(text: string, environment: Readonly<Record<string, string>> = {}): Config {
  const parsed = parseConfig(configPart, text, {
    environment: (name) => environment[name],
    files: { directory: '/etc/strowger', readText: (path) => `text of ${path}\n` },
  });
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.value;
}

const contract = `
data: /var/lib/strowger
domain: edge.example.net
http:    { listen: 127.0.0.1:8080 }
https:   { listen: 0.0.0.0:443, certificate: FILE, key: FILE }
metrics: { listen: 127.0.0.1:9464 }
carriers:
  - name: alpha
    smpp: { url: "smpp://user:secret@192.0.2.10:2775", bind: transceiver, window: 50, throughput: 500, sessions: 1 }
    sip:  { proxy: "sip:192.0.2.20:5060;transport=udp", accept: ["192.0.2.0/24"], cps: 50, channels: 1000, codecs: [PCMU, PCMA] }
    routes: [ { prefix: "+1", cost: 10 } ]
sip:     { listen: ["udp:0.0.0.0:5060", "tcp:0.0.0.0:5060"], server: embedded }
smpp:    { listen: 0.0.0.0:2775, tls: { certificate: FILE, key: FILE } }
media:   { address: 192.0.2.1, announce: 203.0.113.1, ports: 20000-39999, workers: auto }
senders: { local: 1, mobile: 1, tollfree: 3, shortcode: 100, alphanumeric: 10 }
calls:   { cps: 1 }
log:     { level: info }
`;

describe('the configuration', () => {
  it('takes every key that operators were promised', () => {
    const read = config(contract);
    assert.equal(read.domain, 'edge.example.net');
    assert.deepEqual(read.http?.listen, { host: '127.0.0.1', port: 8080 });
    assert.deepEqual(read.https?.server, {
      listen: { host: '0.0.0.0', port: 443 },
      certificate: '/etc/strowger/FILE',
      key: '/etc/strowger/FILE',
    });
    const [alpha] = read.carriers;
    assert.deepEqual(alpha?.smpp?.url, {
      tls: false,
      host: '192.0.2.10',
      port: 2775,
      systemId: 'user',
      password: 'secret',
    });
    assert.equal(alpha.smpp.window, 50);
    assert.deepEqual(alpha.routes, [{ prefix: '+1', cost: 10 }]);
    assert.deepEqual(read.sip?.listen[1], { transport: 'tcp', host: '0.0.0.0', port: 5060 });
    assert.deepEqual(read.media.ports, { first: 20_000, last: 39_999 });
  });

  it('fills defaults: an empty file is an edge on loopback', () => {
    const read = config('');
    assert.equal(read.data, '/var/lib/strowger');
    assert.deepEqual(read.http?.listen, { host: '127.0.0.1', port: 8080 });
    assert.deepEqual(read.metrics.listen, { host: '127.0.0.1', port: 9464 });
    assert.equal(read.https, null);
    assert.equal(read.smpp, null);
    assert.deepEqual(read.carriers, []);
    assert.equal(read.senders.tollfree, 3);
    assert.equal(read.webhooks.allowPrivate, false);
  });

  it('opens no plain HTTP where HTTPS is configured and HTTP is not', () => {
    assert.equal(config('https: { listen: "0.0.0.0:443", certificate: c, key: k }').http, null);
    assert.notEqual(config('https: { proxy: { listen: "127.0.0.1:8443" } }').http, null);
  });

  it('is frozen at every depth', () => {
    const read = config(contract) as unknown as { carriers: { smpp: { url: { password: string } } }[] };
    assert.throws(() => (read.carriers[0]!.smpp.url.password = 'x'), TypeError);
    assert.throws(() => read.carriers.pop(), TypeError);
  });

  it('fills in variables: whole values, parts of them, numbers and flags', () => {
    const read = config(
      [
        'domain: ${NAME}.example.net',
        'webhooks:\n  allowPrivate: ${PRIVATE}',
        'messages:\n  queueSegmentsMax: ${SEGMENTS}',
        'carriers:\n  - name: a\n    smpp: { url: "smpp://u:${PASSWORD}@h", systemType: "$${x}" }',
      ].join('\n'),
      { NAME: 'edge', PRIVATE: 'true', SEGMENTS: '500', PASSWORD: 'p%40ss' },
    );
    assert.equal(read.domain, 'edge.example.net');
    assert.equal(read.webhooks.allowPrivate, true);
    assert.equal(read.messages.queueSegmentsMax, 500);
    assert.equal(read.carriers[0]?.smpp?.url.password, 'p@ss');
    assert.equal(read.carriers[0].smpp.systemType, '${x}');
  });

  it('does not read variables out of variables', () => {
    assert.equal(
      config('carriers:\n  - name: a\n    smpp: { url: "smpp://u@h", systemType: "${A}" }', {
        A: '${B}',
        B: 'b',
      }).carriers[0]?.smpp?.systemType,
      '${B}',
    );
  });

  it('reads a secret from its file, beside the configuration', () => {
    const read = config('carriers:\n  - name: a\n    smpp: { url: "smpp://u@h", password: { file: p.txt } }');
    assert.equal(read.carriers[0]?.smpp?.url.password, 'text of /etc/strowger/p.txt');
  });

  it('reads the optional parameters of a carrier by number', () => {
    const read = config(
      'carriers:\n  - name: a\n    smpp: { url: "smpps://u@h", tlvs: { 0x1401: ab, 5122: { hex: 00ff } } }',
    );
    assert.deepEqual(
      read.carriers[0]?.smpp?.tlvs.map(({ tag, value }) => [tag, Buffer.from(value).toString('hex')]),
      [
        [0x1401, '6162'],
        [0x1402, '00ff'],
      ],
    );
    const { url } = read.carriers[0].smpp;
    assert.deepEqual([url.tls, url.port], [true, 3550]);
  });

  it('loads a file; what it names is relative to it', () => {
    const file = join(folder, 'strowger.yaml');
    writeFileSync(file, 'data: books\n');
    const read = loadConfig(configPart, file);
    assert.ok(read.ok);
    assert.equal(read.value.data, join(folder, 'books'));
  });

  it('says that a file cannot be read', () => {
    const read = loadConfig(configPart, join(folder, 'none.yaml'));
    assert.deepEqual(read, {
      ok: false,
      error: [{ path: '', line: null, message: 'cannot be read (ENOENT)' }],
    });
  });
});
