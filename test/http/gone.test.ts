import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import uws from 'uWebSockets.js';
import type { Route } from '../../edge/api/exchange.ts';
import { silentObserver } from '../../edge/http/observer.ts';
import type { FrontDoor } from '../../edge/http/server.ts';
import { deferred } from '../../edge/voice/deferred.ts';
import { until } from '../api/edge.ts';
import { answers, openDoor, raw } from './fixture.ts';

// The server library throws when an answer is touched that is finished, or whose client has gone: each test is at an
// end only when the door is closed, and what is thrown meanwhile fails it.

const bytes = 200_000;
const asking = 'GET /Sound HTTP/1.1\r\nHost: api.edge.example\r\n\r\n';

describe('a client that goes away', () => {
  let folder: string;
  let door: FrontDoor;
  let aborted: number;
  let beyond: Server | undefined;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'strowger-gone-'));
    writeFileSync(join(folder, 'sound'), Buffer.alloc(bytes, 'x'));
    aborted = 0;
    const routes: readonly Route[] = [
      {
        product: 'api',
        method: 'GET',
        path: '/Sound',
        auth: 'none',
        handler: () => ({ kind: 'file', path: join(folder, 'sound'), contentType: 'audio/wav', bytes }),
      },
    ];
    const observer = { ...silentObserver, aborted: () => (aborted += 1) };
    door = await openDoor(routes, { observer });
  });
  afterEach(async () => {
    await door.close(0);
    beyond?.closeAllConnections();
    beyond?.close();
    beyond = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  const port = (): number => door.addresses.http?.port ?? 0;

  /** A client that has asked. */
  const ask = async (): Promise<Socket> => {
    const socket = connect({ host: '127.0.0.1', port: port() });
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    socket.write(asking);
    return socket;
  };
  const leave = async (socket: Socket): Promise<void> => {
    socket.resetAndDestroy();
    await until(() => aborted === 1);
  };
  /** Has another door answer, which does as `handler` says. */
  const leadTo = async (handler: Parameters<typeof createServer>[1]): Promise<void> => {
    const to = join(folder, 'beyond.sock');
    // Ours says first for whom it asks, which Node's server would not understand.
    beyond = createServer(handler);
    const parse = beyond.listeners('connection')[0] as (socket: Socket) => void;
    beyond.removeAllListeners('connection');
    beyond.on('connection', (socket: Socket) => {
      socket.once('readable', () => {
        const first = socket.read() as Buffer | null;
        const length = first === null ? 0 : 16 + first.readUInt16BE(14);
        if (first !== null && first.length > length) socket.unshift(first.subarray(length));
        parse.call(beyond, socket);
      });
    });
    beyond.listen(to);
    await once(beyond, 'listening');
    door.detour({ all: { kind: 'lead', to } });
  };

  it('while its request waits is led nowhere', async () => {
    door.detour({ all: { kind: 'wait' } });
    const socket = await ask();
    await raw(port(), 'GET /Nothing HTTP/1.1\r\nHost: api.edge.example\r\nContent-Length: x\r\n\r\n');
    await leave(socket);
    let asked = 0;
    await leadTo(() => (asked += 1));
    assert.equal(asked, 0);
  });

  it('while another door thinks has that door let go', async () => {
    const came = deferred<undefined>();
    const left = deferred<undefined>();
    await leadTo((_request, response) => {
      response.once('close', () => left.resolve(undefined));
      came.resolve(undefined);
    });
    const socket = await ask();
    await came.promise;
    await leave(socket);
    await left.promise;
    await door.detoursRest();
  });

  it('right after the head of an answer in pieces has that door let go', async () => {
    const left = deferred<undefined>();
    await leadTo((_request, response) => {
      response.once('close', () => left.resolve(undefined));
      response.writeHead(200, { 'Content-Length': bytes });
      response.write('x');
    });
    const socket = await ask();
    await once(socket, 'data');
    await leave(socket);
    await left.promise;
    await door.detoursRest();
  });

  it('while a short answer comes from another door has that door let go', async () => {
    const began = deferred<undefined>();
    const left = deferred<undefined>();
    await leadTo((_request, response) => {
      response.once('close', () => left.resolve(undefined));
      response.writeHead(200, { 'Content-Length': 10 });
      response.write('x', () => began.resolve(undefined));
    });
    const socket = await ask();
    await began.promise;
    await leave(socket);
    await left.promise;
    await door.detoursRest();
  });

  it('while the pieces of a file come', async () => {
    writeFileSync(join(folder, 'sound'), Buffer.alloc(64_000_000, 'x'));
    const socket = await ask();
    await once(socket, 'data');
    socket.pause();
    await leave(socket);
  });

  it('with the whole of a file, before that is closed, finds a door that can be closed', async (test) => {
    const closed = deferred<undefined>();
    let closing = 0;
    const handle = await open(join(folder, 'sound'));
    const files = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    const read = Reflect.get(files, 'read') as (this: FileHandle, ...given: unknown[]) => Promise<unknown>;
    // A handle's `close` is its own: it is made to wait once the file is read.
    test.mock.method(files, 'read', function (this: FileHandle, ...given: unknown[]) {
      const close = this.close.bind(this);
      this.close = async () => {
        closing++;
        await closed.promise;
        await close();
      };
      return read.apply(this, given);
    });
    const { text } = await raw(port(), asking, answers(1));
    assert.equal(text.length - text.indexOf('\r\n\r\n') - 4, bytes);
    assert.equal(closing, 1);
    await door.close(0);
    closed.resolve(undefined);
  });
});

describe('a door', () => {
  it('closes each of its sockets once, though it has stopped listening before', async (test) => {
    const close = test.mock.method(uws, 'us_listen_socket_close').mock;
    const door = await openDoor([]);
    await door.stopListening();
    await door.close(0);
    await door.close(0);
    // The library frees what has been closed.
    assert.equal(close.callCount(), 1);
  });
});
