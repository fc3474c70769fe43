import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { after, before, describe, it } from 'node:test';
import { systemResolver } from '../../../edge/sip/locate/system-resolver.ts';

/** Record types of RFC 1035, RFC 2782 and RFC 3403. */
const types = { 1: 'A', 28: 'AAAA', 33: 'SRV', 35: 'NAPTR' } as const;

const name = (text: string): Buffer =>
  Buffer.concat([
    ...text.split('.').map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`)),
    Buffer.alloc(1),
  ]);
const string = (text: string): Buffer => Buffer.from(`${String.fromCharCode(text.length)}${text}`);
const shorts = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, at) => bytes.writeUInt16BE(value, at * 2));
  return bytes;
};

const zone: Readonly<Record<string, { readonly ttlS: number; readonly data: Buffer }>> = {
  'A known.example': { ttlS: 77, data: Buffer.from([192, 0, 2, 1]) },
  'SRV known.example': { ttlS: 5, data: Buffer.concat([shorts(1, 2, 5070), name('host.example')]) },
  'NAPTR known.example': {
    ttlS: 5,
    data: Buffer.concat([
      shorts(10, 20),
      string('S'),
      string('sip+d2u'),
      string(''),
      name('_sip._udp.example'),
    ]),
  },
};

/** The answer of a name server to one question; NXDOMAIN for names that it does not have, SERVFAIL for `broken`. */
function reply(query: Buffer): Buffer {
  let at = 12;
  const labels: string[] = [];
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const asked = labels.join('.').toLowerCase();
  const type = types[query.readUInt16BE(at + 1) as keyof typeof types];
  const found = zone[`${type} ${asked}`];
  const code = asked.startsWith('broken') ? 2 : asked.startsWith('known') ? 0 : 3;
  const header = shorts(query.readUInt16BE(0), 0x8180 + code, 1, found === undefined ? 0 : 1, 0, 0);
  const question = query.subarray(12, at + 5);
  if (found === undefined) return Buffer.concat([header, question]);
  const answer = [
    shorts(0xc00c),
    query.subarray(at + 1, at + 5),
    shorts(0, found.ttlS, found.data.length),
    found.data,
  ];
  return Buffer.concat([header, question, ...answer]);
}

describe('systemResolver', () => {
  let server: Socket;
  let resolver: ReturnType<typeof systemResolver>;

  before(async () => {
    server = createSocket('udp4');
    server.on('message', (query, { port, address }) => server.send(reply(query), port, address));
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
    resolver = systemResolver([`127.0.0.1:${server.address().port}`]);
  });
  after(() => server.close());

  it('gives records with their time to live', async () => {
    assert.deepEqual(await resolver.a('known.example'), { records: ['192.0.2.1'], ttlS: 77, failed: false });
    assert.deepEqual((await resolver.srv('known.example')).records, [
      { priority: 1, weight: 2, port: 5070, target: 'host.example' },
    ]);
    assert.deepEqual((await resolver.naptr('known.example')).records, [
      { order: 10, preference: 20, flags: 's', service: 'SIP+D2U', replacement: '_sip._udp.example' },
    ]);
  });

  it('tells names without records from servers that fail', async () => {
    assert.deepEqual(await resolver.aaaa('known.example'), { records: [], ttlS: 10, failed: false });
    assert.deepEqual(await resolver.a('unknown.example'), { records: [], ttlS: 10, failed: false });
    assert.deepEqual(await resolver.srv('broken.example'), { records: [], ttlS: 2, failed: true });
  });
});
