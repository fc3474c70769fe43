import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Route } from '../../edge/api/exchange.ts';
import { silentObserver } from '../../edge/http/observer.ts';
import type { FrontDoor } from '../../edge/http/server.ts';
import { openTestEdge, type Edge, type Tenant } from '../api/edge.ts';
import { openDoor, raw } from '../http/fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-enemy-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A connection that is not read from. */
async function deaf(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.pause();
  return socket;
}

const get = (path: string, method = 'GET'): string => `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

describe('a client that does not read', () => {
  const file = join(folder, 'long');
  let door: FrontDoor;
  let port: number;
  let handled = 0;
  let aborted: Promise<void>;
  before(async () => {
    writeFileSync(file, Buffer.alloc(16 * 1_048_576));
    const body = 'é'.repeat(30_000);
    const open = { product: 'api', method: 'GET', auth: 'none' } as const;
    const routes: Route[] = [
      {
        ...open,
        path: '/now',
        handler: () => {
          handled++;
          return { kind: 'json', status: 200, body };
        },
      },
      { ...open, path: '/whole', handler: () => ({ kind: 'json', status: 200, body: body.repeat(200) }) },
      {
        ...open,
        path: '/file',
        handler: () => ({ kind: 'file', path: file, contentType: 'audio/wav', bytes: 16 * 1_048_576 }),
      },
    ];
    let hear = (): void => undefined;
    aborted = new Promise((resolve) => (hear = resolve));
    door = await openDoor(routes, { observer: { ...silentObserver, aborted: () => hear() } });
    port = door.addresses.http!.port;
  });
  after(() => door.close(0));

  for (const [what, request] of [
    ['large answers', get('/now')],
    ['small answers', get('/nothing')],
    ['heads alone', get('/now', 'HEAD')],
  ] as const) {
    it(`is cut off when it asks for ever more ${what}, and others are served meanwhile`, async () => {
      handled = 0;
      const socket = await deaf(port);
      const most = 100_000_000;
      const many = request.repeat(1_000);
      let written = 0;
      while (!socket.destroyed && written < most) {
        socket.write(many);
        written += many.length;
        await new Promise((resolve) => setImmediate(resolve));
      }
      assert.ok(socket.destroyed, 'everything was taken');
      assert.ok(handled < 1_000, `${handled} answers were made`);
      assert.equal((await fetch(`http://127.0.0.1:${port}/now`)).status, 200);
    });
  }

  it('gets a long answer whole once it reads', async () => {
    const socket = await deaf(port);
    socket.write(get('/whole'));
    let received = 0;
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      if (text === '') text = chunk.toString('latin1');
      received += chunk.length;
      socket.pause();
      setImmediate(() => socket.resume());
    });
    socket.resume();
    const length = Number(/content-length: (\d+)/i.exec((await once(socket, 'data'), text))?.[1]);
    assert.equal(length, 200 * 60_000 + 2);
    const total = text.indexOf('\r\n\r\n') + 4 + length;
    while (received < total) await once(socket, 'data');
    assert.equal(received, total);
    socket.destroy();
  });

  it('is cut off in the end, as is one that dawdles with its head or says nothing', async () => {
    const [file, head, silent] = await Promise.all([deaf(port), deaf(port), deaf(port)]);
    file.write(get('/file'));
    head.write('GET /now HTTP/1.1\r\n');
    const drip = setInterval(() => head.write('X-A: b\r\n'), 500);
    head.resume();
    silent.resume();
    await Promise.all([aborted, once(head, 'close'), once(silent, 'close')]);
    clearInterval(drip);
    file.destroy();
  });
});

describe('a tenant with bombs', () => {
  let edge: Edge;
  let tenant: Tenant;
  let base: string;
  before(async () => {
    edge = await openTestEdge();
    tenant = await edge.tenant();
    base = `/2010-04-01/Accounts/${tenant.account.sid}`;
  });

  const credentials = (): string =>
    `Basic ${Buffer.from(`${tenant.account.sid}:${tenant.authToken}`).toString('base64')}`;
  const post = async (
    path: string,
    body: string,
    type = 'application/x-www-form-urlencoded',
    host = 'api.edge.example',
  ): Promise<number> => {
    const port = Number(new URL(edge.origin).port);
    const head =
      `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${credentials()}\r\n` +
      `Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`;
    const reply = await raw(port, Buffer.from(head + body));
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(reply.text)?.[1] ?? 0);
    // Cut off while he still sends: the refusal may not reach him.
    if (reply.text !== '') assert.ok(status >= 400 && status < 500, `${path}: ${reply.text.slice(0, 300)}`);
    return status;
  };

  it('is refused a form of a million keys, and the largest that fits', async () => {
    assert.ok([0, 413].includes(await post(`${base}/Messages.json`, 'a=1&'.repeat(1_000_000))));
    assert.equal(await post(`${base}/Messages.json`, 'a=1&'.repeat(65_000)), 400);
    assert.equal(await post(`${base}/Messages.json`, `${'a'.repeat(200_000)}=1`), 400);
    assert.equal(await post(`${base}/Messages.json`, `Body=${'%00'.repeat(80_000)}`), 400);
  });

  it('is refused a hundred thousand parts', async () => {
    const part = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n';
    const type = 'multipart/form-data; boundary=x';
    assert.ok([0, 413].includes(await post(`${base}/Messages.json`, `${part.repeat(100_000)}--x--`, type)));
    assert.equal(await post(`${base}/Messages.json`, `${part.repeat(4_000)}--x--`, type), 400);
    const heads = `--x\r\n${'X-A: b\r\n'.repeat(20_000)}\r\n\r\n--x--`;
    assert.equal(await post(`${base}/Messages.json`, heads, type), 400);
    const boundary = `multipart/form-data; boundary=${'x'.repeat(5_000)}`;
    assert.equal(await post(`${base}/Messages.json`, '--x--', boundary), 400);
  });

  it('is refused ten thousand headers', async () => {
    const port = Number(new URL(edge.origin).port);
    const heads = `GET ${base}.json HTTP/1.1\r\nHost: api.edge.example\r\n${'A: b\r\n'.repeat(10_000)}\r\n`;
    const { text, closed } = await raw(port, heads);
    assert.ok(closed);
    assert.doesNotMatch(text, /^HTTP\/1\.1 [25]/);
  });

  it('nests JSON where JSON is taken, to no effect', async () => {
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    const objects = '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000);
    const form = (name: string, value: string): string => new URLSearchParams([[name, value]]).toString();
    for (const json of [deep, objects, `{"allow":${deep}}`, '{"__proto__":{"allow":["*"]}}']) {
      const policy = `${form('Policy', json)}&KeyType=restricted`;
      assert.equal(await post('/v1/Keys', policy, undefined, 'iam.edge.example'), 400);
      const attributes = `${form('Attributes', json)}&FriendlyName=x&Type=business`;
      const items = '/v2/RegulatoryCompliance/EndUsers';
      if (json.startsWith('[') || json.length > 8_192)
        assert.equal(await post(items, attributes, undefined, 'numbers.edge.example'), 400);
    }
  });

  it('is refused keys that cost more to use than to send', async () => {
    const path = '/v1/Credentials/PublicKeys';
    const pem = (body: string): string =>
      `PublicKey=${encodeURIComponent(`-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----`)}`;
    for (const body of [
      pem('A'.repeat(150_000)),
      pem('A'.repeat(3_000)),
      pem('').repeat(1_000),
      'PublicKey=%00',
      `PublicKey=${'-----BEGIN PUBLIC KEY-----\n'.repeat(100)}`,
    ])
      assert.equal(await post(path, body, undefined, 'accounts.edge.example'), 400);
  });

  it('leaves the edge answering', async () => {
    assert.equal((await edge.raw(tenant, `${base}.json`)).status, 200);
  });
});

describe('a tenant with paths and names', () => {
  let edge: Edge;
  let tenant: Tenant;
  before(async () => {
    edge = await openTestEdge();
    tenant = await edge.tenant();
  });

  const ask = (target: string, host = 'api.edge.example'): Promise<string> => {
    const credentials = Buffer.from(`${tenant.account.sid}:${tenant.authToken}`).toString('base64');
    const head = `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Basic ${credentials}\r\n`;
    return raw(Number(new URL(edge.origin).port), `${head}Connection: close\r\n\r\n`).then(
      ({ text }) => text,
    );
  };

  it('finds no file but his own, however a path is written', async () => {
    const account = `/2010-04-01/Accounts/${tenant.account.sid}`;
    const message = `${account}/Messages/MM${'0'.repeat(32)}/Media`;
    const ups = [
      '../../../../../../etc/passwd',
      '..%2f..%2f..%2f..%2f..%2fetc%2fpasswd',
      '%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
      '%252e%252e%252f%252e%252e%252fetc%252fpasswd',
      '..%5c..%5c..%5cetc%5cpasswd',
      '..%c0%af..%c0%afetc/passwd',
      '/etc/passwd',
      '//etc/passwd',
      'file:///etc/passwd',
      `RE${'0'.repeat(32)}%00.wav`,
      `RE${'0'.repeat(32)}/../../../store.lmdb/data.mdb`,
      `ME${'0'.repeat(32)}%2f..%2f..%2f..%2fstore.lmdb%2fdata.mdb`,
      '%00',
      '.',
      '..',
    ];
    for (const folder of [`${account}/Recordings`, message, account, '/2010-04-01/Accounts', '']) {
      for (const up of ups) {
        for (const suffix of ['', '.wav', '.mp3', '.json']) {
          const answer = await ask(`${folder}/${up}${suffix}`);
          assert.match(answer, /^HTTP\/1\.1 (?:400|401|404) /, `${folder}/${up}${suffix}`);
          assert.doesNotMatch(answer, /root:/);
        }
      }
    }
  });

  it('brings no line end into a head, and no markup where it could be obeyed', async () => {
    for (const target of [
      '/%0d%0aSet-Cookie:%20a=b',
      '/2010-04-01/%0d%0a%0d%0a<script>alert(1)</script>',
      `/2010-04-01/Accounts/${tenant.account.sid}/Messages.json?PageToken=%0d%0aX:%20y&To=%0aevil`,
    ]) {
      const [head = '', body = ''] = (await ask(target)).split('\r\n\r\n', 2);
      assert.doesNotMatch(head, /^(?:set-cookie|x):/im);
      assert.match(head, /^content-type: application\/json/im);
      assert.equal(typeof JSON.parse(body), 'object');
    }
  });

  it('is led nowhere by his own Host header', async () => {
    const path = `/2010-04-01/Accounts/${tenant.account.sid}/Messages.json`;
    for (const host of [
      'localhost@evil.example',
      '127.0.0.1:80@evil.example',
      '127.0.0.1:8080/evil.example?',
      'localhost:1"><script>',
      'localhost:999999',
      'api.edge.example evil.example',
      'api.edge.example#',
      '[::1]evil.example',
      '[::1',
    ])
      assert.match(await ask(path, host), /^HTTP\/1\.1 4(?:00|04) /, host);
    assert.match(await ask(path, '[::1]:8080'), /^HTTP\/1\.1 200 /);
  });

  it('keeps names with line ends to himself', async () => {
    const name = 'a\r\nSet-Cookie: x=y\r\n\r\n<script>\0';
    const made = await tenant.client.applications.create({ friendlyName: name });
    assert.equal(made.friendlyName, name);
    const answer = await ask(`/2010-04-01/Accounts/${tenant.account.sid}/Applications/${made.sid}.json`);
    assert.doesNotMatch(answer, /^Set-Cookie/m);
    assert.equal(answer.split('\r\n\r\n').length, 2);
  });
});
