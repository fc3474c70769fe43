import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { signature } from '../../../edge/webhook/signature.ts';
import { streamBook } from '../../../edge/voice/store/books.ts';
import { socketConnector } from '../../../edge/voice/streams/socket.ts';
import { account, Harness, twiml } from '../harness.ts';
import { StreamApplication } from './application.ts';

describe('streams', () => {
  let application: StreamApplication;
  let harness: Harness;

  beforeEach(async () => {
    application = await StreamApplication.open();
  });
  afterEach(async () => {
    await harness.end();
    await application.close();
  });

  /** A call whose first document is this; later ones echo. */
  async function call(...verbs: string[]): Promise<Awaited<ReturnType<Harness['ring']>>> {
    let first = true;
    harness = new Harness({
      app: ({ url }) => {
        if (url.endsWith('/stream-status')) return '';
        const answer = first ? twiml(...verbs) : twiml('<Echo/>');
        first = false;
        return answer;
      },
    });
    return harness.ring();
  }

  const codes = (): number[] => harness.alerts.map(({ code }) => code);
  const told = (): (string | undefined)[] =>
    harness.sentTo('http://app.test/stream-status').map((params) => params['StreamEvent']);

  it('fork both tracks while the document goes on, and stop by name', async () => {
    await call(
      `<Start><Stream url="${application.url}" name="ears" track="both_tracks" statusCallback="/stream-status"><Parameter name="a" value="b"/></Stream></Start>`,
      '<Say>hello</Say>',
      '<Stop><Stream name="ears"/></Stop>',
      '<Echo/>',
    );
    const peer = await application.accept();
    assert.equal(peer.request.headers['x-twilio-signature'], signature('12345', application.url));
    assert.equal((await peer.next()).event, 'connected');
    const start = await peer.next();
    const { id: callSid, sid } = { id: harness.latest('inbound').sid, sid: String(start['streamSid']) };
    assert.match(sid, /^MZ[0-9a-f]{32}$/);
    assert.deepEqual(start['start'], {
      accountSid: account.sid,
      streamSid: sid,
      callSid,
      tracks: ['inbound', 'outbound'],
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      customParameters: { a: 'b' },
    });
    await harness.settle();
    const leg = harness.media.legs[0]!;
    assert.notEqual(leg.playing, undefined);
    assert.equal(harness.voice.streams.get(sid)?.status, 'in-progress');
    leg.taps[0]!.hear({ track: 'inbound', payload: new Uint8Array([1, 2, 3]), timestampMs: 20 });
    assert.deepEqual((await peer.next())['media'], {
      track: 'inbound',
      chunk: '1',
      timestamp: '20',
      payload: 'AQID',
    });
    leg.playing!.end();
    const stop = await peer.next();
    assert.deepEqual(stop['stop'], { accountSid: account.sid, callSid });
    await peer.closed;
    await harness.settle();
    assert.equal(leg.taps[0]!.closed, true);
    assert.equal(leg.echoing, true);
    assert.equal(harness.voice.streams.get(sid)?.status, 'stopped');
    assert.deepEqual(told(), ['stream-started', 'stream-stopped']);
    assert.deepEqual(codes(), []);
  });

  it('give the call to the application, both ways, until it lets go', async () => {
    await call(`<Connect action="/done"><Stream url="${application.url}"/></Connect>`, '<Say>never</Say>');
    const peer = await application.accept();
    await peer.next();
    const { streamSid } = (await peer.next()) as unknown as { streamSid: string };
    await harness.settle();
    const leg = harness.media.legs[0]!;
    leg.press('7');
    assert.deepEqual((await peer.next())['dtmf'], { track: 'inbound_track', digit: '7' });
    peer.send({ event: 'media', streamSid, media: { payload: 'AQID' } });
    peer.send({ event: 'mark', streamSid, mark: { name: 'first' } });
    peer.send({ event: 'mark', streamSid, mark: { name: 'second' } });
    peer.send({ event: 'clear', streamSid });
    assert.deepEqual((await peer.next())['mark'], { name: 'first' });
    assert.deepEqual((await peer.next())['mark'], { name: 'second' });
    assert.deepEqual(leg.fed, [Buffer.from([1, 2, 3])]);
    peer.socket.close(1000);
    await peer.closed;
    while (harness.sentTo('http://app.test/done').length === 0) await harness.settle();
    assert.equal(harness.params(-1)['StreamSid'], streamSid);
    await harness.settle();
    assert.equal(leg.echoing, true);
    assert.deepEqual(harness.said, []);
  });

  it('end with the call', async () => {
    const incoming = await call(`<Connect><Stream url="${application.url}"/></Connect>`);
    const peer = await application.accept();
    await peer.next();
    await peer.next();
    await harness.settle();
    incoming.dialog.hangUp();
    assert.equal((await peer.next()).event, 'stop');
    await peer.closed;
    await harness.settle();
    assert.ok(harness.media.legs[0]!.taps.every(({ closed }) => closed));
    assert.equal(harness.clock.timers, 0);
  });

  it('are told once of what the application writes wrong', async () => {
    await call(`<Connect><Stream url="${application.url}"/></Connect>`);
    const peer = await application.accept();
    await peer.next();
    const { streamSid } = (await peer.next()) as unknown as { streamSid: string };
    await harness.settle();
    peer.send('nonsense');
    peer.send('more nonsense');
    peer.send({ event: 'dance', streamSid });
    peer.send({ event: 'mark', streamSid, mark: { name: 'read' } });
    peer.send({ event: 'clear', streamSid });
    await peer.next();
    assert.deepEqual(codes(), [31950, 31951]);
  });

  it('fail where nobody listens, and the document goes on: 31902', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    await call(
      `<Connect><Stream url="ws://127.0.0.1:${port}/" statusCallback="/stream-status"/></Connect>`,
      '<Echo/>',
    );
    const leg = harness.media.legs[0]!;
    while (!leg.echoing || told().length === 0) await harness.settle();
    assert.deepEqual(codes(), [31902]);
    assert.deepEqual(told(), ['stream-error']);
    assert.match(harness.params(-1)['StreamError'] ?? '', /^31902/);
  });

  it('are four of a call at most, each name once', async () => {
    const stream = (name: string): string => `<Stream url="${application.url}" name="${name}"/>`;
    await call(`<Start>${['a', 'b', 'b', 'c', 'd', 'e'].map(stream).join('')}</Start>`, '<Echo/>');
    await harness.settle();
    assert.deepEqual(codes(), [14300, 31960]);
    for (let opened = 0; opened < 4; opened++) await application.accept();
  });

  it('are closed in the books after a restart', async () => {
    harness = new Harness();
    const sid = `MZ${'0'.repeat(32)}`;
    streamBook(harness.store).put({
      sid,
      accountNo: account.no,
      callSid: `CA${'0'.repeat(32)}`,
      name: '',
      status: 'in-progress',
      updatedMs: 0,
    });
    await harness.settle();
    harness = new Harness(await harness.crash());
    assert.equal(harness.voice.streams.get(sid)?.status, 'stopped');
  });
});

describe('the socket of a stream', () => {
  const ears = { message: () => undefined, closed: () => undefined };
  const tried = async (url: string, allowPrivate: boolean): Promise<number> => {
    const opened = await socketConnector({ allowPrivate })({ url, headers: {}, ears });
    return opened.ok ? 0 : opened.error.code;
  };

  it('goes to no private address unless it may, and never in the clear to others', async () => {
    assert.equal(await tried('wss://127.0.0.1:1/', false), 31904);
    assert.equal(await tried('wss://[::1]:1/', false), 31904);
    assert.equal(await tried('wss://169.254.169.254/', false), 31904);
    assert.equal(await tried('ws://192.0.2.1/', false), 31922);
    assert.equal(await tried('wss://user:secret@192.0.2.1/', false), 31923);
  });

  it('names what went wrong', async () => {
    const server = createServer((socket) => {
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    assert.equal(await tried(`ws://127.0.0.1:${port}/`, true), 31920);
    assert.equal(await tried(`wss://127.0.0.1:${port}/`, true), 31910);
    server.close();
  });
});
