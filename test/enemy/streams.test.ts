import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { WebSocketServer, type WebSocket } from 'ws';
import { socketConnector, type SocketFault } from '../../edge/voice/streams/socket.ts';

const megabyte = 1024 * 1024;

describe('an application that does not read its stream', () => {
  let server: WebSocketServer;
  before(async () => {
    server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
  });
  after(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });

  /** A stream to an application, which reads nothing. */
  async function open(closed: (fault: SocketFault | undefined) => void) {
    const arrived = once(server, 'connection') as Promise<[WebSocket]>;
    const opened = await socketConnector({ allowPrivate: true })({
      url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      headers: {},
      ears: { message: () => undefined, closed },
    });
    assert.ok(opened.ok);
    const [application] = await arrived;
    application.pause();
    return { socket: opened.value, application };
  }

  it('is broken off when he has asked for more answers than he reads', async () => {
    let fault: SocketFault | undefined;
    let over = false;
    const { socket } = await open((found) => {
      fault = found;
      over = true;
    });
    const text = 'x'.repeat(100_000);
    const most = 500 * megabyte;
    let sent = 0;
    let buffered = 0;
    while (!isOver() && sent < most) {
      socket.send(text);
      sent += text.length;
      buffered = Math.max(buffered, socket.bufferedBytes);
      await new Promise((resolve) => setImmediate(resolve));
    }
    function isOver(): boolean {
      return over;
    }
    assert.ok(isOver(), 'everything was kept for him');
    assert.ok(buffered < 2 * megabyte, `${buffered} bytes were kept`);
    assert.equal(fault?.code, 31903);
  });

  it('is sent no more pongs than he reads', async () => {
    const { socket, application } = await open(() => undefined);
    const data = 'p'.repeat(125);
    let buffered = 0;
    for (let round = 0; round < 400; round++) {
      for (let i = 0; i < 1_000; i++) application.ping(data);
      await new Promise((resolve) => setImmediate(resolve));
      buffered = Math.max(buffered, socket.bufferedBytes);
    }
    assert.ok(buffered < 2 * megabyte, `${buffered} bytes were kept`);
    socket.close();
  });
});
