import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { FrontDoor } from '../../edge/http/server.ts';
import { byteRange } from '../../edge/http/range.ts';
import { openDoor } from './fixture.ts';

describe('file replies', () => {
  const content = randomBytes(3_000_001);
  const seen: string[] = [];
  let directory: string;
  let door: FrontDoor;
  let url: string;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'strowger-'));
    writeFileSync(join(directory, 'big'), content);
    writeFileSync(join(directory, 'empty'), '');
    for (const name of ['huge', 'shrinking']) {
      writeFileSync(join(directory, name), '');
      truncateSync(join(directory, name), 256 * 1024 * 1024);
    }
    door = await openDoor(
      [
        {
          product: 'api',
          method: 'GET',
          path: '/files/{Name}',
          auth: 'none',
          handler: ({ parts }) => ({
            kind: 'file',
            path: join(directory, parts['Name'] ?? ''),
            contentType: 'image/png\r\nX-Evil: 1',
            bytes: 0,
          }),
        },
      ],
      {
        observer: {
          answered: ({ status }) => seen.push(String(status)),
          aborted: () => seen.push('aborted'),
          failed: (_route, _id, error) => seen.push(String(error)),
          certified: () => undefined,
          notice: () => undefined,
        },
      },
    );
    url = `http://127.0.0.1:${door.addresses.http!.port}/files`;
  });
  after(async () => {
    await door.close(0);
    rmSync(directory, { recursive: true });
  });

  const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

  it('sends a file whole, with a clean content type', async () => {
    const response = await fetch(`${url}/big`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'image/pngX-Evil: 1');
    assert.equal(response.headers.get('x-evil'), null);
    assert.match(response.headers.get('twilio-request-id') ?? '', /^RQ/);
    assert.equal(digest(new Uint8Array(await response.arrayBuffer())), digest(content));
  });

  it('sends parts', async () => {
    const response = await fetch(`${url}/big`, { headers: { range: 'bytes=1000000-2999999' } });
    assert.equal(response.status, 206);
    assert.equal(response.headers.get('content-range'), 'bytes 1000000-2999999/3000001');
    assert.equal(
      digest(new Uint8Array(await response.arrayBuffer())),
      digest(content.subarray(1_000_000, 3_000_000)),
    );
    const outside = await fetch(`${url}/big`, { headers: { range: 'bytes=4000000-' } });
    assert.equal(outside.status, 416);
    assert.equal(outside.headers.get('content-range'), 'bytes */3000001');
  });

  it('sends an empty file, and 404 for none or a directory', async () => {
    const empty = await fetch(`${url}/empty`);
    assert.equal(empty.status, 200);
    assert.equal((await empty.arrayBuffer()).byteLength, 0);
    assert.equal((await fetch(`${url}/none`)).status, 404);
    assert.equal((await fetch(`${url}/%2e`)).status, 404);
  });

  it('waits for a client that reads slowly, and gives up with one that leaves', async () => {
    const request = 'GET /files/big HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    const port = Number(new URL(url).port);
    seen.length = 0;
    const slow = await new Promise<number>((resolve, reject) => {
      let bytes = 0;
      const socket = connect({ host: '127.0.0.1', port, readableHighWaterMark: 1024 } as never);
      socket.on('error', reject);
      socket.on('data', (chunk) => {
        bytes += chunk.length;
        socket.pause();
        setImmediate(() => socket.resume());
      });
      socket.on('close', () => resolve(bytes));
      socket.write(request);
    });
    assert.ok(slow > content.length);
    while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(seen.splice(0), ['200']);
    const leaving = connect({ host: '127.0.0.1', port });
    leaving.write(request.replace('big', 'huge'));
    leaving.once('data', () => leaving.destroy());
    while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(seen, ['aborted']);
  });

  it('cuts the connection when the file became shorter', async () => {
    const response = await fetch(`${url}/shrinking`);
    truncateSync(join(directory, 'shrinking'), 1);
    await assert.rejects(response.arrayBuffer());
  });
});

describe('byteRange', () => {
  for (const [header, expected] of [
    [undefined, 'whole'],
    ['bytes=0-', { first: 0, last: 9 }],
    ['bytes=2-4', { first: 2, last: 4 }],
    ['bytes=2-400', { first: 2, last: 9 }],
    ['bytes=-3', { first: 7, last: 9 }],
    ['bytes=-30', { first: 0, last: 9 }],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=4-2', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=0-1,3-4', 'whole'],
    ['lines=0-1', 'whole'],
    [`bytes=${'9'.repeat(30)}-`, 'whole'],
  ] as const) {
    it(`reads ${header ?? 'no header'}`, () => assert.deepEqual(byteRange(header, 10), expected));
  }
});
