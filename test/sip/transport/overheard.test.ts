import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { systemClock } from '../../../control/base/clock.ts';
import type { Overhear } from '../../../control/base/overheard.ts';
import { Headers } from '../../../edge/sip/message/headers.ts';
import { writeMessage } from '../../../edge/sip/message/write.ts';
import { withoutSecrets } from '../../../edge/sip/transport/overheard.ts';
import type { TlsMaterial } from '../../../edge/sip/transport/tls-material.ts';
import { Transports, type TransportEvents } from '../../../edge/sip/transport/transports.ts';
import { authority } from '../../support/authority.ts';

const key = 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz';
const offer =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/SAVP 0\r\n' +
  `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20|1:32\r\n`;
const proof = '6629fae49393a05397450978507c4ef1';
const request = (branch: string): Buffer =>
  writeMessage({
    kind: 'request',
    method: 'INVITE',
    uri: 'sip:bob@sip.example',
    headers: Headers.of([
      ['Via', `SIP/2.0/TLS 127.0.0.1:5061;branch=z9hG4bK${branch}`],
      ['From', '<sip:alice@sip.example>;tag=a'],
      ['To', '<sip:bob@sip.example>'],
      ['Call-ID', `call-${branch}`],
      ['CSeq', '1 INVITE'],
      [
        'Proxy-Authorization',
        `Digest username="alice", realm="x", nonce="n", uri="sip:x", response="${proof}"`,
      ],
      ['Content-Type', 'application/sdp'],
    ]),
    body: Buffer.from(offer),
  });

describe('SIP under TLS, overheard', () => {
  const ours = authority('ours.example');
  const { cert: certificate, key: privateKey } = ours.issue('sip.example', ['DNS:sip.example']);
  const tls: TlsMaterial = { certificate, key: privateKey, authorities: ours.cert };
  const listen = [{ transport: 'tls', host: '127.0.0.1', port: 0 }] as const;
  const heard: { readonly where: string; readonly way: string; readonly text: string }[] = [];
  const closers: (() => Promise<void>)[] = [];
  const waiting: (() => void)[] = [];
  let calledPort = 0;

  function ear(where: string): Overhear {
    return (protocol, source, destination, bytes) => {
      assert.equal(protocol, 'sip');
      assert.deepEqual([source.address, destination.address], ['127.0.0.1', '127.0.0.1']);
      assert.ok(source.port > 0 && destination.port > 0);
      const way = destination.port === calledPort ? 'to' : source.port === calledPort ? 'from' : 'astray';
      heard.push({ where, way, text: bytes.toString('latin1') });
      for (const look of waiting) look();
    };
  }
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (holds()) resolve();
      };
      waiting.push(look);
      look();
    });

  after(async () => {
    for (const close of closers) await close();
  });

  async function open(where: string, message: TransportEvents['message']): Promise<Transports> {
    const made = new Transports({ listen, tls, overhear: ear(where) }, systemClock, {
      message,
      fault: (fault) => assert.fail(fault.code),
    });
    await made.start();
    closers.push(() => made.close());
    return made;
  }

  it('tells both sides of a connection, what was said before the handshake after it, without keys', async () => {
    const called = await open('called', (_message, flow) =>
      called.send(flow, request('back'), flow.port, undefined),
    );
    calledPort = called.endpoints[0]?.port ?? 0;
    const calling = await open('calling', () => undefined);
    const to = { transport: 'tls', host: '127.0.0.1', port: calledPort, serverName: 'sip.example' } as const;
    const flow = calling.route(to) ?? assert.fail('no way');
    calling.send(flow, request('there'), calledPort, undefined);
    assert.equal(heard.length, 0);
    await until(() => heard.length === 4);
    const story = (side: string): readonly string[] =>
      heard
        .filter(({ where }) => where === side)
        .map(({ way, text }) => `${way} ${/^Call-ID: (\S+)/m.exec(text)?.[1] ?? ''}`);
    assert.deepEqual(story('calling'), ['to call-there', 'from call-back']);
    assert.deepEqual(story('called'), ['to call-there', 'from call-back']);
    for (const { text } of heard) {
      assert.equal(text.includes(key) || text.includes(proof), false);
      assert.match(text, new RegExp(`inline:x{${key.length}}\\|2\\^20\\|1:32\\r\\n$`));
    }
  });

  it('leaves everything else, and every length, as it is', () => {
    const bytes = request('same');
    const crossed = withoutSecrets(bytes);
    assert.equal(crossed.length, bytes.length);
    assert.equal(
      crossed.toString().replace(/x{32,}/g, ''),
      bytes.toString().replace(key, '').replace(proof, ''),
    );
    const open = Buffer.from('OPTIONS sip:a SIP/2.0\r\nCall-ID: response="none"\r\n\r\n');
    assert.equal(withoutSecrets(open), open);
  });
});
