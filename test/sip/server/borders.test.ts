import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { startEmbeddedSip } from '../../../edge/sip/server.ts';
import { ControlClient, transactionOf } from '../../peers/control-client.ts';
import { readMessage } from '../../peers/sip-peer.ts';
import { selfSigned } from '../../smpp/certificates.ts';
import { certificateAt } from '../../support/certificate-shown.ts';
import { sdp, stand } from './stand.ts';
import type { Stand } from './stand.ts';

describe('what no application takes', () => {
  let around: Stand;
  before(async () => {
    around = await stand();
  });
  after(() => around.close());

  it('is turned away for now while there is none', async () => {
    const peer = await around.peer();
    peer.send(peer.request('INVITE', {}, sdp));
    assert.equal((await peer.next()).field('Retry-After'), '5');
    peer.send(peer.request('OPTIONS'));
    assert.equal((await peer.until('503')).field('CSeq'), '1 OPTIONS');
  });

  it('is refused by its method while there are some, and OPTIONS tell that calls are taken', async () => {
    const [app, peer] = [await around.app('invite'), await around.peer()];
    peer.send(peer.request('MESSAGE'));
    assert.match((await peer.until('405')).field('Allow'), /INVITE/);
    peer.send(peer.request('DANCE'));
    await peer.until('501');
    peer.send(peer.request('BYE'));
    await peer.until('481');
    peer.send(peer.request('OPTIONS'));
    await peer.until('200');
    peer.send(peer.request('INVITE', { Require: 'precondition, 100rel' }, sdp));
    assert.equal((await peer.until('420')).field('Unsupported'), 'precondition');
    app.close();
  });

  it('takes turns among applications that want the same', async () => {
    const apps = [await around.app('options'), await around.app('options')];
    const peer = await around.peer();
    for (let number = 1; number <= 4; number++) {
      peer.send(
        peer.request('OPTIONS', {
          CSeq: `${number} OPTIONS`,
          Via: `SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bK-o${number}`,
        }),
      );
    }
    for (const app of apps)
      for (const request of [await app.shown('OPTIONS'), await app.shown('OPTIONS')])
        app.respond(request, '200 OK');
    for (let number = 1; number <= 4; number++) await peer.until('200');
    for (const app of apps) app.close();
  });

  it('turns callers away whose application goes, and ends its calls when nobody takes them over', async () => {
    const [app, peer] = [await around.app('invite'), await around.peer()];
    peer.send(peer.request('INVITE', {}, sdp));
    app.respond(await app.shown('INVITE'), '200 OK', '', sdp);
    const ok = await peer.until('200');
    peer.send(
      peer.request('ACK', {
        To: ok.field('To'),
        CSeq: '1 ACK',
        Via: `SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bK-a`,
      }),
    );
    await app.shown('ACK');
    const other = await around.peer();
    other.send(other.request('INVITE', {}, sdp));
    await app.shown('INVITE');
    app.close();
    assert.equal((await other.until('503')).field('Retry-After'), '5');
    await around.pass(31_000);
    assert.match((await peer.until('BYE')).field('Reason'), /Application gone/);
  });
});

describe('hostile input', () => {
  let around: Stand;
  before(async () => {
    around = await stand();
  });
  after(() => around.close());

  it('gets a 400, or silence, and the server goes on', async () => {
    const [app, peer] = [await around.app('options'), await around.peer()];
    peer.send(peer.request('OPTIONS', { CSeq: 'nonsense' }));
    assert.match((await peer.next()).text, /^SIP\/2\.0 400 /);
    peer.send(peer.request('OPTIONS', { uri: 'gopher:x' }));
    await peer.until('416');
    for (const junk of ['', '\r\n\r\n\r\n', 'SIP/2.0 200 OK\r\n\r\n', 'x'.repeat(60_000), '\0'.repeat(100)])
      peer.send(junk);
    peer.send(peer.request('ACK'));
    peer.send(peer.request('OPTIONS'));
    app.respond(await app.shown('OPTIONS'), '200 OK');
    await peer.until('200');
  });

  it('ends a control connection that does not know the secret, or speaks before it has said so', async () => {
    const stranger = await ControlClient.open(around.controlPort);
    const answer = await stranger.answer(stranger.say('authenticate|wrong|'));
    assert.deepEqual(answer.words, ['NO', 'incorrect secret']);
    await stranger.ended();
    const hasty = await ControlClient.open(around.controlPort);
    hasty.say('route|invite');
    await hasty.ended();
    const silent = await ControlClient.open(around.controlPort);
    await around.pass(6_000);
    await silent.ended();
  });

  it('refuses new calls before old ones hurt', async () => {
    const busy = await stand({ overload: { unansweredMax: 1 } });
    const [app, peer, other] = [await busy.app('invite'), await busy.peer(), await busy.peer()];
    peer.send(peer.request('INVITE', {}, sdp));
    const first = await app.shown('INVITE');
    other.send(other.request('INVITE', {}, sdp));
    const refused = await other.next();
    assert.equal(refused.word, '503');
    assert.match(refused.field('Retry-After'), /^([2-9]|10)$/);
    app.respond(first, '200 OK', '', sdp);
    await peer.until('200');
    assert.equal(busy.server.stats().refused, 1);
    await busy.close();
  });
});

describe('TCP', () => {
  it('carries requests and responses on one connection, and cuts one that is too slow', async () => {
    const around = await stand();
    const app = await around.app('options');
    const port = around.server.listening.find(({ transport }) => transport === 'tcp')?.port ?? 0;
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const local = socket.localPort ?? 0;
    const request =
      `OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:${local};branch=z9hG4bK-t\r\n` +
      `From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: t\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n`;
    socket.write(request.slice(0, 40));
    socket.write(request.slice(40));
    const shown = await app.shown('OPTIONS');
    assert.equal(shown.words[4], 'tcp');
    app.respond(shown, '200 OK');
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    assert.equal(readMessage(chunk.toString()).word, '200');
    socket.write('\r\n\r\n');
    const [pong] = (await once(socket, 'data')) as [Buffer];
    assert.equal(pong.toString(), '\r\n');
    socket.write('OPTIONS sip:slow');
    const closed = once(socket, 'close');
    socket.resume();
    await around.pass(14_000);
    await closed;
    assert.equal(around.server.stats().connections, 0);
    await around.close();
  });
});

describe('proxying', () => {
  it('forks a request, stays in the dialog, and relays only what bears its mark', async () => {
    const around = await stand();
    const [app, caller, callee] = [await around.app('invite'), await around.peer(), await around.peer()];
    caller.send(caller.request('INVITE', {}, sdp));
    const shown = await app.shown('INVITE');
    const id = app.say(
      `proxy|${transactionOf(shown)}|remainInDialog|fullResponse||serial|||sip:127.0.0.1:${callee.port}\r\n` +
        `INVITE sip:x SIP/2.0\r\n\r\n`,
    );
    const forwarded = await callee.until('INVITE');
    assert.equal(forwarded.field('Max-Forwards'), '69');
    assert.equal(forwarded.text.match(/^Via:/gm)?.length, 2);
    const vias = [...forwarded.text.matchAll(/^Via: (.*)\r$/gm)].map(([, via]) => via).join('\r\nVia: ');
    callee.send(
      callee.response(forwarded, 200, { Via: vias, 'Record-Route': forwarded.field('Record-Route') }, sdp),
    );
    const ok = await caller.until('200');
    const told = await app.answer(id);
    assert.deepEqual([told.words[0], told.words[9], told.sip?.word], ['OK', 'continue', '200']);
    assert.deepEqual((await app.answer(id)).words, ['OK', 'done']);
    const bye = (route: string, branch: string): string =>
      caller.request('BYE', {
        uri: `sip:127.0.0.1:${callee.port}`,
        Route: route,
        To: ok.field('To'),
        CSeq: '2 BYE',
        Via: `SIP/2.0/UDP 127.0.0.1:${caller.port};branch=z9hG4bK-${branch}`,
      });
    caller.send(bye(ok.field('Record-Route').replace(/mark=[0-9a-f]+/, 'mark=0'), 'forged'));
    assert.equal((await caller.next()).word, '481');
    caller.send(bye(ok.field('Record-Route'), 'true'));
    const relayed = await callee.until('BYE');
    assert.equal(relayed.field('Route'), '');
    await around.close();
  });
});

describe('startEmbeddedSip', () => {
  it('runs in a thread of its own, says what it has, and ends', async () => {
    const sip = await startEmbeddedSip({ listen: [{ transport: 'udp', host: '127.0.0.1', port: 0 }] });
    assert.equal(sip.control.host, '127.0.0.1');
    const app = await ControlClient.ready(sip.control.port, sip.control.secret, 'invite');
    const stats = await sip.stats();
    assert.deepEqual([stats.apps, stats.dialogs], [1, 0]);
    const port = sip.listening[0]?.port ?? 0;
    await assert.rejects(
      startEmbeddedSip({ listen: [{ transport: 'udp', host: '127.0.0.1', port }] }),
      (error: Error & { code?: string }) => error.code === 'EADDRINUSE',
    );
    await sip.close();
    await app.ended();
  });

  it('shows another certificate from the next handshake on', async () => {
    const first = selfSigned('first.example');
    const second = selfSigned('second.example');
    const sip = await startEmbeddedSip({
      listen: [{ transport: 'tls', host: '127.0.0.1', port: 0 }],
      tls: { certificate: first.cert, key: first.key },
    });
    const port = sip.listening[0]?.port ?? 0;
    assert.equal(await certificateAt(port), 'first.example');
    sip.exchange({ certificate: second.cert, key: second.key });
    // What the thread is told, it does in order.
    await sip.stats();
    assert.equal(await certificateAt(port), 'second.example');
    await sip.close();
  });

  it('says that it has died, and needs no more closing', async () => {
    const started = once(process, 'worker') as Promise<[Worker]>;
    const sip = await startEmbeddedSip({ listen: [{ transport: 'udp', host: '127.0.0.1', port: 0 }] });
    const [thread] = await started;
    await thread.terminate();
    assert.match((await sip.died).message, /the SIP thread ended with 1/);
    await sip.close();
  });
});
