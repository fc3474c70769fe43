import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultText } from '../../../control/config/fault.ts';
import { parseConfig } from '../../../control/config/load.ts';
import { configPart } from '../../../edge/config.ts';

const files = {
  directory: '/etc/strowger',
  readText: (path: string): string => {
    if (path === '/etc/strowger/here.pem') return 'PEM';
    throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  },
};

function faults(text: string): readonly string[] {
  const parsed = parseConfig(configPart, text, { environment: () => undefined, files });
  return parsed.ok ? [] : parsed.error.map((fault) => faultText('strowger.yaml', fault));
}

const carrier = (smpp: string): string =>
  `carriers:\n  - name: alpha\n    smpp:\n      url: smpp://u:p@h\n${smpp}`;

/** Line 1 is `sip`, and line 4 a trunk's `tls`. */
const trunkInTls = (tls: string, sip: string): string =>
  `${sip}\ncarriers:\n  - name: a\n    sip: { tls: { ${tls} }, proxy: "sip:H;transport=tls" }`;
const sipInTls = 'sip: { listen: ["tls:0.0.0.0:5061"], tls: { certificate: here.pem, key: here.pem } }';

/** A configuration, and every fault that an operator is told. */
const table: readonly (readonly [text: string, ...faults: readonly string[]])[] = [
  ['bogus: 1', '1: bogus: unknown key'],
  ['data: 5', '1: data: expected a path'],
  ['data: ""', '1: data: expected a path'],
  ['domain: Edge.Example', '1: domain: expected a domain name in lower case'],
  ['http: 8080', '1: http: expected a mapping of keys to values'],
  ['http:\n  listen: 8080', '2: http.listen: expected HOST:PORT, such as 127.0.0.1:8080 or [::]:443'],
  ['http: { listen: "1.2.3:80" }', '1: http.listen: expected HOST:PORT, such as 127.0.0.1:8080 or [::]:443'],
  ['http: { listen: "::1:80" }', '1: http.listen: expected HOST:PORT, such as 127.0.0.1:8080 or [::]:443'],
  ['http: { listen: "h:65536" }', '1: http.listen: expected HOST:PORT, such as 127.0.0.1:8080 or [::]:443'],
  [
    'http: { maxConcurrentPerAccount: 0 }',
    '1: http.maxConcurrentPerAccount: expected a whole number from 1 to 100000',
  ],
  [
    'http: { maxConcurrentPerAccount: 1.5 }',
    '1: http.maxConcurrentPerAccount: expected a whole number from 1 to 100000',
  ],
  ['https: {}', '1: https: expected listen, certificate and key, or proxy, or both'],
  ['https: { listen: "0.0.0.0:443" }', '1: https: listen, certificate and key belong together'],
  [
    'https:\n  listen: 0.0.0.0:443\n  certificate: gone.pem\n  key: here.pem',
    '3: https.certificate: the file gone.pem cannot be read (ENOENT)',
  ],
  ['https: { proxy: {} }', '1: https.proxy.listen: is required'],
  ['metrics:', '1: metrics: expected a mapping of keys to values'],
  ['webhooks: { allowPrivate: yes }', '1: webhooks.allowPrivate: expected true or false'],
  ['carriers: alpha', '1: carriers: expected a list'],
  ['carriers: [ 5 ]', '1: carriers[0]: expected a mapping of keys to values'],
  ['carriers:\n  - routes: []', '2: carriers[0].name: is required'],
  [
    'carriers:\n  - name: Alpha',
    '2: carriers[0].name: expected a name of lower-case letters, digits and dashes',
  ],
  ['carriers:\n  - name: a\n  - name: a', '3: carriers[1].name: another carrier has this name'],
  [
    'carriers:\n  - name: a\n    smpp: { url: "http://u:secret@h" }',
    '3: carriers[0].smpp.url: expected smpp:// or smpps:// URL, such as smpp://user:secret@192.0.2.10:2775',
  ],
  ['carriers:\n  - name: a\n    smpp: {}', '3: carriers[0].smpp.url: is required'],
  [
    'carriers:\n  - name: a\n    smpp: { url: { file: gone } }',
    '3: carriers[0].smpp.url: the file gone cannot be read (ENOENT)',
  ],
  [
    'carriers:\n  - name: a\n    smpp: { url: { files: here.pem } }',
    '3: carriers[0].smpp.url: expected text or { file: PATH }',
  ],
  [carrier('      password: 5'), '5: carriers[0].smpp.password: expected text or { file: PATH }'],
  [carrier('      windoww: 5'), '5: carriers[0].smpp.windoww: unknown key'],
  [carrier('      window: many'), '5: carriers[0].smpp.window: expected a whole number from 1 to 10000'],
  [
    carrier('      bind: both'),
    '5: carriers[0].smpp.bind: expected one of transceiver, pair, transmitter, receiver',
  ],
  [
    carrier('      throughput: 0'),
    '5: carriers[0].smpp.throughput: expected a number above 0 and at most 100000',
  ],
  [
    carrier('      timers:\n        responseMs: 1'),
    '6: carriers[0].smpp.timers.responseMs: expected a whole number from 100 to 86400000',
  ],
  [
    carrier('      tls: { ca: gone.pem }'),
    '5: carriers[0].smpp.tls.ca: the file gone.pem cannot be read (ENOENT)',
  ],
  [
    carrier('      tlvs: { 0x10000: "x" }'),
    '5: carriers[0].smpp.tlvs: expected a mapping of tags (0x0001 to 0xffff) to text or { hex: DIGITS }',
  ],
  [
    carrier('      tlvs: { 0x1400: { hex: "0" } }'),
    '5: carriers[0].smpp.tlvs: expected a mapping of tags (0x0001 to 0xffff) to text or { hex: DIGITS }',
  ],
  [
    'carriers:\n  - name: a\n    routes:\n      - prefix: 1x',
    '4: carriers[0].routes[0].prefix: expected a prefix such as +1 or +4420, + for everything',
  ],
  [
    'carriers:\n  - name: a\n    routes: [ { prefix: "+1", cost: -1 } ]',
    '3: carriers[0].routes[0].cost: expected a whole number from 0 to 1000000',
  ],
  [
    'carriers:\n  - name: a\n    sip: { proxy: "http://h" }',
    '3: carriers[0].sip.proxy: expected a SIP URI such as sip:192.0.2.20:5060;transport=udp',
  ],
  [
    'carriers:\n  - name: a\n    sip: { proxy: "sip:h", accept: ["192.0.2.0/33"] }',
    '3: carriers[0].sip.accept[0]: expected a network such as 192.0.2.0/24, or an address',
  ],
  [
    'carriers:\n  - name: a\n    sip: { proxy: "sip:h", codecs: [GSM] }',
    '3: carriers[0].sip.codecs[0]: expected one of PCMU, PCMA',
  ],
  [
    'carriers:\n  - name: a\n    sip: { proxy: "sip:h", username: u, register: { expiresSeconds: 5 } }',
    '3: carriers[0].sip.register.expiresSeconds: expected a whole number from 60 to 86400',
  ],
  [
    'carriers:\n  - name: a\n    sip: { proxy: "sip:h", username: u }',
    '3: carriers[0].sip.password: is required',
  ],
  [
    'carriers:\n  - name: a\n    sip: { proxy: "sip:h", password: p }',
    '3: carriers[0].sip.password: username and password go together',
  ],
  [
    'carriers:\n  - name: a\n    sip: { proxy: "sip:h", register: true }',
    '3: carriers[0].sip.register: to register, a username and a password are needed',
  ],
  [
    'sip: { listen: ["0.0.0.0:5060"] }',
    '1: sip.listen[0]: expected TRANSPORT:HOST:PORT with udp, tcp, tls, ws or wss, such as udp:0.0.0.0:5060',
  ],
  [
    'sip: { listen: ["tls:0.0.0.0:5061"] }',
    '1: sip.listen: for tls, sip.tls must name a certificate and a key',
  ],
  ['sip: { tls: { certificate: here.pem } }', '1: sip.tls.key: is required'],
  [
    'sip: { tls: { certificate: here.pem, key: gone.pem } }',
    '1: sip.tls.key: the file gone.pem cannot be read (ENOENT)',
  ],
  [trunkInTls('certificate: here.pem', sipInTls), '4: carriers[0].sip.tls.key: is required'],
  [
    trunkInTls('subjects: ["192.0.2.1"]', sipInTls),
    '4: carriers[0].sip.tls.subjects[0]: expected a domain such as sbc.carrier.example',
  ],
  [
    trunkInTls('subjects: [a.example]', sipInTls),
    '4: carriers[0].sip.tls: for subjects, sip.tls.clientCa must name the authorities of those certificates',
  ],
  [
    trunkInTls('ca: here.pem', 'sip: {}'),
    '4: carriers[0].sip.tls: it needs the embedded SIP server with a tls listener and sip.tls',
  ],
  [
    trunkInTls(
      'ca: here.pem',
      'sip: { server: "drachtio://h", tls: { certificate: here.pem, key: here.pem } }',
    ),
    '4: carriers[0].sip.tls: it needs the embedded SIP server with a tls listener and sip.tls',
  ],
  [
    `${trunkInTls('ca: here.pem', sipInTls)}
  - name: b
    sip: { proxy: "sips:h:5061" }
  - name: c
    sip: { proxy: "sip:h:5062;transport=tls" }
  - name: d
    sip: { proxy: "sip:h;transport=udp" }`,
    '4: carriers[0].sip.tls: b is reached at the same address with another certificate, ca or servername: they must agree',
  ],
  ['sip: { listen: [] }', '1: sip.listen: expected at least one address'],
  ['sip: { server: kamailio }', '1: sip.server: expected embedded, or drachtio://:secret@host:9022'],
  ['smpp: {}', '1: smpp.listen: is required'],
  ['smpp: { listen: "h:1", tls: { key: here.pem } }', '1: smpp.tls.certificate: is required'],
  ['media: { address: example.com }', '1: media.address: expected an IP address'],
  ['media: { ports: 39999-20000 }', '1: media.ports: expected FIRST-LAST, such as 20000-39999'],
  ['media: { workers: none }', '1: media.workers: expected auto, or a whole number from 1 to 256'],
  ['senders: { local: fast }', '1: senders.local: expected a number above 0 and at most 100000'],
  ['senders: { vanity: 5 }', '1: senders.vanity: unknown key'],
  ['calls: { cps: 0 }', '1: calls.cps: expected a number above 0 and at most 100000'],
  ['log: { level: loud }', '1: log.level: expected one of trace, debug, info, warn, error, silent'],
  ['log: { level: "${LEVEL}" }', '1: log.level: the environment variable LEVEL is not set'],
  [
    'log: { level: "${LEVEL" }',
    '1: log.level: expected a variable written ${NAME}; write $${ for the characters themselves',
  ],
  [
    'bogus: 1\nlog: { level: "${A}" }',
    '1: bogus: unknown key',
    '2: log.level: the environment variable A is not set',
  ],
];

describe('faults of a configuration', () => {
  for (const [text, ...expected] of table) {
    it(JSON.stringify(text), () => {
      assert.deepEqual(
        faults(text),
        expected.map((fault) => `strowger.yaml:${fault}`),
      );
    });
  }

  it('names all of them, in the order of the file, also where a carrier has faults and a double', () => {
    const found = faults('carriers:\n  - name: a\n    x: 1\n  - name: a\nlog:\n  level: x\n');
    assert.deepEqual(
      found.map((fault) => fault.split(': ').slice(0, 2).join(': ')),
      ['strowger.yaml:3: carriers[0].x', 'strowger.yaml:4: carriers[1].name', 'strowger.yaml:6: log.level'],
    );
  });

  it('places what YAML itself refuses', () => {
    for (const [text, line] of [
      ['a: 1\na: 2', 2],
      ['http: { listen: "x"', 1],
      ['data: /x\n  domain: y', 1],
      ['data: !secret x', 1],
      ['data: *nowhere', 1],
    ] as const) {
      const [first = ''] = faults(text);
      assert.match(first, new RegExp(`^strowger\\.yaml:${line}: `), text);
    }
  });

  it('looks through aliases, and refuses those that multiply', () => {
    assert.deepEqual([...faults('http: &a { listen: 5 }\nmetrics: *a')].sort(), [
      'strowger.yaml:1: http.listen: expected HOST:PORT, such as 127.0.0.1:8080 or [::]:443',
      'strowger.yaml:1: metrics.listen: expected HOST:PORT, such as 127.0.0.1:8080 or [::]:443',
    ]);
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [from, to] of ['ab', 'bc', 'cd', 'de']) bomb.push(`${to}: &${to} [${`*${from}, `.repeat(9)}]`);
    assert.equal(faults(bomb.join('\n')).length, 1);
  });

  it('never repeats a value, for it may be a secret', () => {
    const found = faults(
      'carriers:\n  - name: s3cret\n    smpp: { url: "x://u:s3cret@h", password: [s3cret], window: s3cret, bind: s3cret }',
    );
    assert.equal(found.length, 4);
    assert.ok(found.every((fault) => !fault.includes('s3cret')));
  });

  it('does not take a key of an object’s prototype for one of ours', () => {
    assert.deepEqual(faults('__proto__: 1\nconstructor: 2').length, 2);
  });
});
