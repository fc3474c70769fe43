import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp, type AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { connect, createServer, type TLSSocket } from 'node:tls';
import Srf from 'drachtio-srf';
import { systemClock } from '../../../control/base/clock.ts';
import { ok } from '../../../control/base/result.ts';
import { systemRandom } from '../../../control/base/random.ts';
import { Registrations } from '../../../control/sip-access/registrations.ts';
import { startEmbeddedSip, type EmbeddedSip } from '../../../edge/sip/server.ts';
import { domainsOf } from '../../../edge/sip/transport/certificate-names.ts';
import type { TlsMaterial } from '../../../edge/sip/transport/tls-material.ts';
import type { SrfClient } from '../../../edge/voice/srf/client.ts';
import { shut } from './shut-door.ts';
import { SrfSignalling } from '../../../edge/voice/srf/srf-signalling.ts';
import { temporaryStore } from '../../control/store/temporary.ts';
import { authority, type Issued } from '../../support/authority.ts';

const host = '127.0.0.1';
const sdp =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';

describe('The domains that a certificate names', () => {
  const named = (subjectaltname: string): readonly string[] => domainsOf({ subjectaltname });

  it('are those of its SIP URIs, else its DNS names, and no wildcards', () => {
    assert.deepEqual(named('DNS:A.example, URI:sip:b.example'), ['b.example']);
    assert.deepEqual(named('DNS:a.example, DNS:*.a.example, IP Address:192.0.2.1'), ['a.example']);
    assert.deepEqual(named('URI:sip:jo@b.example, URI:sips:c.example, URI:https://d.example'), []);
    assert.deepEqual(domainsOf({}), []);
  });

  it('are no others for what stands within one of them', () => {
    assert.deepEqual(named(String.raw`DNS:"a.example, DNS:b.example", DNS:c.example`), ['c.example']);
    assert.deepEqual(named('DNS:a|b.example, DNS:' + 'a.'.repeat(200) + 'example'), []);
    assert.equal(
      named(Array.from({ length: 100 }, (_, index) => `DNS:n${index}.example`).join(', ')).length,
      32,
    );
  });
});

describe('A trunk in TLS', () => {
  const theirs = authority('theirs.example');
  const ours = authority('ours.example');
  const edge = ours.issue('edge.example', [`IP:${host}`]);
  const client = ours.issue('client.example', []);
  const carrier = theirs.issue('sbc', ['URI:sip:carrier.example']);
  const material = (change: Partial<TlsMaterial> = {}): TlsMaterial => ({
    certificate: edge.cert,
    key: edge.key,
    clientAuthorities: theirs.cert,
    ...change,
  });
  let sip: EmbeddedSip;
  let signalling: SrfSignalling;
  let srf: SrfClient;
  let sbc: ReturnType<typeof createServer>;
  const tlsPort = (): number => sip.listening[0]?.port ?? 0;
  const peer = (shown: Issued): NonNullable<TlsMaterial['peers']>[number] => ({
    name: 'alpha',
    targets: [`${host}:${(sbc.address() as AddressInfo).port}`],
    serverName: 'carrier.example',
    certificate: shown.cert,
    key: shown.key,
    authorities: theirs.cert,
  });
  /** The names of the certificates that the carrier was shown. */
  const shown: (string | undefined)[] = [];
  const sockets: TLSSocket[] = [];

  before(async () => {
    sbc = createServer({ ...carrier, ca: ours.cert, requestCert: true }, (socket) => {
      shown.push(String(socket.getPeerCertificate().subject.CN));
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (bytes: Buffer) => socket.write(answerTo(bytes.toString(), '486 Busy Here')));
    });
    sbc.listen(0, host);
    await once(sbc, 'listening');
    sip = await startEmbeddedSip({
      listen: [
        { transport: 'tls', host, port: 0 },
        { transport: 'tcp', host, port: 0 },
      ],
      tls: material({ peers: [peer(client)] }),
    });
    srf = new Srf() as unknown as SrfClient;
    srf.on('error', () => undefined);
    const connected = new Promise<void>((resolve) => srf.on('connect', () => resolve()));
    srf.connect(sip.control);
    await connected;
    const trunk = { cps: 1_000, channels: 100, codecs: ['PCMU'] };
    const proxy = `sip:${host}:${(sbc.address() as AddressInfo).port};transport=tls`;
    signalling = new SrfSignalling({
      srf,
      clock: systemClock,
      random: systemRandom,
      trunks: [
        { name: 'alpha', proxy, accept: [host], subjects: ['carrier.example'], ...trunk },
        { name: 'beta', proxy, accept: [], subjects: ['other.example'], ...trunk },
      ],
      door: shut,
      endpoints: new Registrations(temporaryStore()),
      reach: () => Promise.resolve(ok(undefined)),
      domain: 'edge.test',
      observer: { trunk: () => undefined, registration: () => undefined },
    });
    signalling.serve((call) =>
      call.reject(call.source.kind === 'trunk' ? trunkStatus(call.source.carrier) : 500),
    );
  });
  after(async () => {
    await signalling.stop();
    srf.disconnect();
    await sip.close();
    for (const socket of sockets) socket.destroy();
    sbc.close();
  });

  /** What tells in a call's answer whose it was. */
  const trunkStatus = (name: string): number => (name === 'alpha' ? 480 : 486);

  /** The final status of an INVITE of somebody who shows this certificate. */
  async function invited(certificate: Partial<Issued>): Promise<number> {
    const socket = connect({ host, port: tlsPort(), ca: ours.cert, ...certificate });
    socket.on('error', () => undefined);
    socket.write(inviteOf('TLS'));
    try {
      return await finalStatus(socket);
    } finally {
      socket.destroy();
    }
  }

  it('is whose certificate names it, wherever it comes from', async () => {
    assert.equal(await invited(carrier), 480);
    assert.equal(await invited(theirs.issue('sbc', ['DNS:OTHER.example'])), 486);
  });

  it('is refused without a certificate, with one of another name, an expired one, and one of others', async () => {
    assert.equal(await invited({}), 403);
    assert.equal(await invited(theirs.issue('carrier.example', ['DNS:wrong.example'])), 403);
    assert.equal(await invited(theirs.issue('carrier.example', [])), 403);
    assert.equal(await invited(theirs.issue('sbc', ['URI:sip:carrier.example'], { days: -1 })), 403);
    assert.equal(await invited(ours.issue('sbc', ['URI:sip:carrier.example'])), 403);
  });

  it('is refused in clear', async () => {
    const socket = connectTcp({ host, port: sip.listening[1]?.port ?? 0 });
    socket.write(inviteOf('TCP'));
    assert.equal(await finalStatus(socket), 403);
    socket.destroy();
  });

  it('goes by other authorities from the next handshake on', async () => {
    sip.exchange(material({ clientAuthorities: ours.cert, peers: [peer(client)] }));
    await sip.stats();
    assert.equal(await invited(carrier), 403);
    assert.equal(await invited(ours.issue('sbc', ['URI:sip:carrier.example'])), 480);
    sip.exchange(material({ peers: [peer(client)] }));
    await sip.stats();
    assert.equal(await invited(carrier), 480);
  });

  const called = (): Promise<unknown> =>
    signalling.originate({
      accountSid: 'AC00000000000000000000000000000001',
      destination: { kind: 'trunk', carrier: 'alpha', number: '+12065550100' },
      from: '+14155550001',
      callerName: '',
      forwardedBy: '',
      passport: '',
      headers: [],
      sdp,
    }).end;

  it('is shown a certificate of its own, and another from the next connection on', async () => {
    for (const issued of [client, ours.issue('next.example', [])]) {
      for (const socket of sockets.splice(0)) {
        const closed = once(socket, 'close');
        socket.destroy();
        await closed;
      }
      sip.exchange(material({ peers: [peer(issued)] }));
      await sip.stats();
      const end = (await called()) as { kind: string; status?: number };
      assert.deepEqual([end.kind, end.status], ['refused', 486]);
    }
    assert.equal(shown.at(-1), 'next.example');
    assert.ok(shown.includes('client.example'));
  });

  it('is not called where its certificate shows another name', async () => {
    for (const socket of sockets.splice(0)) {
      const closed = once(socket, 'close');
      socket.destroy();
      await closed;
    }
    sip.exchange(material({ peers: [{ ...peer(client), serverName: 'wrong.example' }] }));
    await sip.stats();
    assert.notEqual(((await called()) as { kind: string }).kind, 'answered');
    assert.equal(sockets.filter(({ bytesRead }) => bytesRead > 0).length, 0);
  });
});

let serial = 0;
function inviteOf(transport: string): string {
  const id = `t${++serial}`;
  return [
    `INVITE sip:+14155550001@${host} SIP/2.0`,
    `Via: SIP/2.0/${transport} ${host}:5099;branch=z9hG4bK-${id};rport`,
    'Max-Forwards: 70',
    `From: <sip:+12065550100@carrier.example>;tag=${id}`,
    `To: <sip:+14155550001@${host}>`,
    `Call-ID: ${id}@carrier.example`,
    'CSeq: 1 INVITE',
    `Contact: <sip:${host}:5099>`,
    'Content-Type: application/sdp',
    `Content-Length: ${sdp.length}`,
    '',
    sdp,
  ].join('\r\n');
}

/** The first final status that comes; 0 if the connection ends before. */
function finalStatus(socket: { on(event: string, hear: (bytes: Buffer) => void): unknown }): Promise<number> {
  return new Promise((resolve) => {
    let heard = '';
    socket.on('data', (bytes) => {
      heard += bytes.toString();
      const found = /SIP\/2\.0 ([2-6]\d\d)/.exec(heard);
      if (found !== null) resolve(Number(found[1]));
    });
    socket.on('close', () => resolve(0));
  });
}

/** A response to an INVITE, and to whatever else asks; nothing to an ACK. */
function answerTo(request: string, status: string): string {
  const method = request.slice(0, request.indexOf(' '));
  if (method === 'ACK') return '';
  const lines = request.split('\r\n').filter((line) => /^(via|from|to|call-id|cseq):/i.test(line));
  const tagged = lines.map((line) => (/^to:/i.test(line) ? `${line};tag=sbc` : line));
  const word = method === 'INVITE' ? status : '200 OK';
  return [`SIP/2.0 ${word}`, ...tagged, 'Content-Length: 0', '', ''].join('\r\n');
}
