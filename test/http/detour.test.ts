import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Route } from '../../edge/api/exchange.ts';
import type { FrontDoor } from '../../edge/http/server.ts';
import { authority, basic, openDoor, parent } from './fixture.ts';

const path = `/2010-04-01/Accounts/${parent.sid}/Things.json`;
const other = `/2010-04-01/Accounts/${parent.sid}/Others.json`;

interface Heard {
  readonly status: number;
  readonly body: string;
  readonly closes: boolean;
}

/** One request on a connection of its own. */
function ask(door: FrontDoor, method: string, to: string, body = ''): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const asked = request({
      port: door.addresses.http?.port,
      host: '127.0.0.1',
      method,
      path: to,
      headers: {
        authorization: basic(parent.sid),
        'content-length': body.length,
        ...(body === '' ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
    });
    asked.on('error', reject);
    asked.on('response', (reply) => {
      void text(reply).then((answer) =>
        resolve({
          status: reply.statusCode ?? 0,
          body: answer,
          closes: reply.headers.connection === 'close',
        }),
      );
    });
    asked.end(body);
  });
}

/** Tells who answers what, and how often a thing was made. */
function routesOf(name: string, made: string[], file = ''): readonly Route[] {
  const at = '/2010-04-01/Accounts/{AccountSid}/Things';
  return [
    {
      product: 'api',
      method: 'GET',
      path: at,
      auth: 'account',
      handler: ({ query, origin }) =>
        query.get('File') === 'yes'
          ? { kind: 'file', path: file, contentType: 'audio/wav', bytes: 300_000 }
          : { kind: 'json', status: 200, body: { name, origin, q: query.get('Q') ?? '' } },
    },
    {
      product: 'api',
      method: 'POST',
      path: at,
      auth: 'account',
      handler: async ({ form }) => {
        await new Promise((resolve) => setImmediate(resolve));
        made.push(`${name} ${form.get('Name') ?? ''}`);
        return { kind: 'json', status: 201, body: { name } };
      },
    },
  ];
}

describe('the detours of a door', () => {
  let folder: string;
  let made: string[];
  let old: FrontDoor;
  let young: FrontDoor;
  const innerOf = (name: string): string => join(folder, `${name}.sock`);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'strowger-detour-'));
    made = [];
    writeFileSync(join(folder, 'sound'), Buffer.alloc(300_000, 'x'));
    const routes = (name: string): readonly Route[] => routesOf(name, made, join(folder, 'sound'));
    old = await openDoor(routes('old'), { inner: innerOf('old') });
    young = await openDoor(routes('young'), { inner: innerOf('young') });
  });
  afterEach(async () => {
    await old.close(0);
    await young.close(0);
    rmSync(folder, { recursive: true, force: true });
  });

  it('are for this user alone', () => {
    assert.equal(statSync(innerOf('old')).mode & 0o777, 0o600);
  });

  it('lead all that comes to another door, with what the client said, and end the connection', async () => {
    old.detour({ all: { kind: 'lead', to: innerOf('young') } });
    const got = await ask(old, 'GET', `${path}?Q=1%202`);
    const port = old.addresses.http?.port ?? 0;
    assert.deepEqual(
      [got.status, JSON.parse(got.body), got.closes],
      [200, { name: 'young', origin: `http://127.0.0.1:${port}`, q: '1 2' }, true],
    );
    assert.equal((await ask(old, 'POST', path, 'Name=a')).status, 201);
    assert.deepEqual(made, ['young a']);
    assert.equal((await ask(old, 'PUT', path)).status, 405);
    const head = await ask(old, 'HEAD', path);
    assert.deepEqual([head.status, head.body], [405, '']);
    assert.equal((await ask(old, 'GET', `${path}?File=yes`)).body, 'x'.repeat(300_000));
  });

  it('let requests wait until it is known who answers', async () => {
    old.detour({ all: { kind: 'wait' } });
    const waiting = [ask(old, 'POST', path, 'Name=a'), ask(old, 'GET', path)];
    await old.rest();
    // Both have come by then: another request on a connection of its own has been answered meanwhile.
    await ask(young, 'GET', path);
    assert.deepEqual(made, []);
    old.detour({ all: { kind: 'lead', to: innerOf('young') } });
    assert.deepEqual(
      (await Promise.all(waiting)).map(({ status }) => status),
      [201, 200],
    );
    assert.deepEqual(made, ['young a']);
  });

  it('give what has waited back to this door, if nobody else takes it', async () => {
    old.detour({ all: { kind: 'wait' } });
    const waiting = ask(old, 'POST', path, 'Name=a');
    await ask(young, 'GET', path);
    old.use({ ...serviceOf(routesOf('again', made)) });
    old.detour({});
    assert.equal((await waiting).status, 201);
    assert.deepEqual(made, ['again a']);
  });

  it('lead what is unknown here, and that alone', async () => {
    young.use(serviceOf([]));
    young.detour({ unknown: { kind: 'lead', to: innerOf('old') } });
    const got = await ask(young, 'POST', path, 'Name=b');
    assert.deepEqual([got.status, got.closes], [201, false]);
    assert.deepEqual(made, ['old b']);
    assert.equal((await ask(young, 'GET', other)).status, 404);
  });

  it('answer what comes by the inner door here, whatever becomes of the rest', async () => {
    old.detour({ all: { kind: 'lead', to: innerOf('young') } });
    young.use(serviceOf([]));
    young.detour({ unknown: { kind: 'lead', to: innerOf('old') } });
    assert.equal((await ask(old, 'POST', path, 'Name=c')).status, 201);
    assert.deepEqual(made, ['old c']);
  });

  it('say when to try again where nobody answers', async () => {
    old.detour({ all: { kind: 'lead', to: innerOf('nobody') } });
    const { status, body } = await ask(old, 'POST', path, 'Name=d');
    assert.deepEqual([status, (JSON.parse(body) as { code: number }).code], [503, 20503]);
  });
});

const serviceOf = (routes: readonly Route[]): Parameters<FrontDoor['use']>[0] => ({
  domain: 'edge.example',
  routes,
  authority,
});
