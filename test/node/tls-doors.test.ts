import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createServer, type SecureContextOptions } from 'node:tls';
import { promisify } from 'node:util';
import { listenForConsole } from '../../edge/console/listener.ts';
import { dial } from '../../edge/smpp/dial.ts';
import { SmppServer } from '../../edge/smpp/server.ts';
import { startEmbeddedSip } from '../../edge/sip/server.ts';
import { StreamEndpoint } from '../../edge/sip/transport/stream.ts';
import { openDoor } from '../http/fixture.ts';
import { authority } from '../support/authority.ts';

const run = promisify(execFile);
const handlers = { authenticate: () => Promise.resolve({ ok: false, status: 0x0d } as const) };
const today =
  /^(TLS_(AES_128_GCM_SHA256|AES_256_GCM_SHA384|CHACHA20_POLY1305_SHA256)|ECDHE-RSA-(AES\d{3}-GCM-SHA\d{3}|CHACHA20-POLY1305))$/;

interface Agreed {
  readonly version: string;
  readonly cipher: string;
  readonly alpn: string;
}

/** What OpenSSL's own client agrees on with whoever listens on a port of 127.0.0.1; undefined if on nothing. */
async function agree(port: number, ...offer: readonly string[]): Promise<Agreed | undefined> {
  const client = run('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, ...offer]);
  client.child.stdin?.end();
  const { stdout } = await client.catch((failed: unknown) => failed as { stdout: string });
  const cipher = /^New, TLSv[\d.]+, Cipher is (\S+)$/m.exec(stdout)?.[1];
  const version = /^\s*(?:Protocol\s*: |New, )(TLSv[\d.]+)/m.exec(stdout)?.[1];
  if (cipher === undefined || version === undefined) return undefined;
  return { version, cipher, alpn: /^ALPN protocol: (\S+)/m.exec(stdout)?.[1] ?? '' };
}

describe('Every door in TLS', () => {
  // With RSA a client can choose the most ciphers, old ones, too.
  const { cert, key } = authority('authority.example').issue('edge.example', [], { rsa: true });
  const folder = mkdtempSync(join(tmpdir(), 'strowger-'));
  const closers: (() => Promise<unknown>)[] = [];
  const ports = new Map<string, number>();

  before(async () => {
    const files = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    writeFileSync(files.certificate, cert);
    writeFileSync(files.key, key);
    const listen = { host: '127.0.0.1', port: 0 };
    const door = await openDoor([], { http: null, https: { listen, ...files } });
    closers.push(() => door.close(0));
    ports.set('https', door.addresses.https?.port ?? 0);
    const console = await listenForConsole(listen, { certificate: cert, key }, (_, response) =>
      response.end(),
    );
    closers.push(() => console.close());
    ports.set('console', console.address.port);
    const smpp = new SmppServer(
      { name: 'tenants', ...listen, tls: { cert, key }, systemId: 'x', window: 1, inboundWindow: 1 },
      { ...handlers, bound: () => undefined, unbound: () => undefined, submit: () => undefined },
    );
    await smpp.listen();
    closers.push(() => smpp.stop());
    ports.set('smpp', smpp.port);
    const sip = await startEmbeddedSip({
      listen: [{ transport: 'tls', ...listen }],
      tls: { certificate: cert, key },
    });
    closers.push(() => sip.close());
    ports.set('sip', sip.listening[0]?.port ?? 0);
  });
  after(async () => {
    for (const close of closers) await close();
    rmSync(folder, { recursive: true });
  });

  for (const door of ['https', 'console', 'smpp', 'sip']) {
    const at = (...offer: readonly string[]): Promise<Agreed | undefined> =>
      agree(ports.get(door) ?? 0, ...offer);

    it(`${door} speaks 1.2 and 1.3 with forward secrecy and authenticated encryption`, async () => {
      for (const version of ['1.2', '1.3']) {
        const agreed = await at(`-tls${version.replace('.', '_')}`);
        assert.equal(agreed?.version, `TLSv${version}`);
        assert.match(agreed.cipher, today);
      }
    });

    it(`${door} refuses what is older, and old ciphers`, async () => {
      const anything = ['-cipher', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'];
      assert.equal(await at('-tls1', ...anything), undefined);
      assert.equal(await at('-tls1_1', ...anything), undefined);
      const old = 'ALL:COMPLEMENTOFALL:!ECDHE+AESGCM:!ECDHE+CHACHA20:@SECLEVEL=0';
      assert.equal(await at('-tls1_2', '-cipher', old), undefined);
      for (const cipher of ['ECDHE-RSA-AES128-SHA', 'AES128-GCM-SHA256', 'AES256-SHA'])
        assert.equal(await at('-tls1_2', '-cipher', `${cipher}:@SECLEVEL=0`), undefined, cipher);
    });

    it(`${door} picks no protocol that it does not speak`, async () => {
      const agreed = await at('-alpn', 'h2');
      // Node's HTTPS knows http/1.1, and so refuses who wants another alone (RFC 7301 section 3.2).
      assert.equal(agreed?.alpn, door === 'console' ? undefined : '');
    });
  }
});

describe('A link in TLS', () => {
  const name = '127.0.0.1';
  const made = authority('authority.example');
  const { cert, key } = made.issue(name, [`IP:${name}`]);

  /** Whether a client of ours speaks with a server of these ciphers. */
  async function speaks(
    client: (
      port: number,
      ready: () => void,
    ) => { on(event: 'error', heard: () => void): unknown; destroy(): unknown },
    options: SecureContextOptions,
  ): Promise<boolean> {
    const server = createServer({ cert, key, ...options }, (socket) => socket.on('error', () => undefined));
    server.listen(0, name);
    await once(server, 'listening');
    const spoke = await new Promise<boolean>((resolve) => {
      const socket = client((server.address() as AddressInfo).port, () => {
        resolve(true);
        socket.destroy();
      });
      socket.on('error', () => resolve(false));
    });
    server.close();
    return spoke;
  }
  const old: readonly SecureContextOptions[] = [
    { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' },
    { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0' },
  ];
  const clients: Record<string, Parameters<typeof speaks>[0]> = {
    smpp: (port, ready) => dial({ ...link, port }, ready),
    sip: (port, ready) => {
      const tls = { certificate: cert, key, authorities: made.cert };
      const events = { admit: () => true, accepted: () => undefined };
      const endpoint = new StreamEndpoint(name, 0, tls, () => name, events, 1_000);
      const socket = endpoint.connect({ transport: 'tls', host: name, port });
      socket.once('secureConnect', ready);
      return socket;
    },
  };
  const link = {
    name: 'alpha',
    host: name,
    tls: true,
    tlsMaterial: () => ({ authorities: made.cert }),
    systemId: '',
    password: '',
    systemType: '',
    bind: 'transceiver',
    window: 1,
    sessions: 1,
    throughput: 0,
  } as const;

  for (const [protocol, client] of Object.entries(clients)) {
    it(`${protocol} speaks to a carrier of today, and to no older one`, async () => {
      assert.equal(await speaks(client, {}), true);
      for (const options of old) assert.equal(await speaks(client, options), false);
    });
  }
});
