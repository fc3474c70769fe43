import '../../edge/http/reflect.ts';
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect } from 'node:tls';
import * as x509 from '@peculiar/x509';
import type { FrontDoor } from '../../edge/http/server.ts';
import { silentObserver } from '../../edge/http/observer.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { openDoor } from './fixture.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

async function pair(name: string): Promise<{ certificate: string; key: string }> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    signingAlgorithm: algorithm,
    keys,
  });
  const key = x509.PemConverter.encode(
    await webcrypto.subtle.exportKey('pkcs8', keys.privateKey),
    'PRIVATE KEY',
  );
  return { certificate: certificate.toString('pem'), key };
}

describe('HTTPS listener', () => {
  const clock = new FakeClock();
  const notices: string[] = [];
  let directory: string;
  let door: FrontDoor;
  let port: number;
  let files: { certificate: string; key: string };

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'strowger-'));
    files = { certificate: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };
    write(await pair('first'));
    door = await openDoor(
      [
        {
          product: 'api',
          method: 'GET',
          path: '/open',
          auth: 'none',
          handler: ({ origin }) => ({ kind: 'json', status: 200, body: origin }),
        },
      ],
      {
        clock,
        http: null,
        https: { listen: { host: '127.0.0.1', port: 0 }, ...files },
        observer: { ...silentObserver, notice: (text) => notices.push(text) },
      },
    );
    port = door.addresses.https!.port;
  });
  after(async () => {
    await door.close(0);
    rmSync(directory, { recursive: true });
  });

  function write(content: { certificate: string; key: string }): void {
    writeFileSync(files.certificate, content.certificate);
    writeFileSync(files.key, content.key);
  }

  /** The common name that the listener shows, and what it answers. */
  const ask = (): Promise<[string, string]> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
      let text = '';
      socket.on('secureConnect', () => socket.write('GET /open HTTP/1.1\r\nHost: localhost:1\r\n\r\n'));
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (!text.includes('"https://localhost:1"')) return;
        resolve([String(socket.getPeerCertificate().subject.CN), text.slice(9, 12)]);
        socket.destroy();
      });
      socket.on('error', reject);
    });

  /** Asks until the exchange is over, which waits for a quiet moment; each answer on the way must be good. */
  const askUntil = async (name: string): Promise<void> => {
    for (let left = 200; left > 0; left--) {
      const [shown, status] = await ask();
      assert.equal(status, '200');
      if (shown === name) return;
    }
    assert.fail(`${name} is not shown`);
  };

  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('serves, and says https in the origin', async () => {
    assert.deepEqual(await ask(), ['first', '200']);
  });

  it('takes a new pair once it has settled, and refuses nobody meanwhile', async () => {
    notices.length = 0;
    const second = await pair('second');
    writeFileSync(files.certificate, second.certificate);
    clock.advance(2000);
    assert.deepEqual(await ask(), ['first', '200']);
    writeFileSync(files.key, second.key);
    const asked: Promise<[string, string]>[] = [];
    for (let i = 0; i < 50; i++) {
      asked.push(ask());
      if (i === 25) clock.advance(4000);
      await turn();
    }
    for (const [, status] of await Promise.all(asked)) assert.equal(status, '200');
    await askUntil('second');
    assert.deepEqual(notices, ['certificate reloaded']);
  });

  it('keeps the old pair when the new one is broken, and says so once', async () => {
    notices.length = 0;
    const third = await pair('third');
    write({ ...third, key: (await pair('other')).key });
    clock.advance(20_000);
    // The first pair's listener may still be on its way out.
    await askUntil('second');
    assert.deepEqual(notices, ['the changed certificate cannot be used; the old one stays']);
    writeFileSync(files.certificate, 'nonsense');
    clock.advance(20_000);
    rmSync(files.certificate);
    clock.advance(20_000);
    assert.equal(notices.length, 3);
    write(third);
    clock.advance(4000);
    await askUntil('third');
  });

  it('does not open with a broken pair', async () => {
    const bad = { certificate: files.certificate, key: join(directory, 'none.pem') };
    await assert.rejects(
      openDoor([], { http: null, https: { listen: { host: '127.0.0.1', port: 0 }, ...bad } }),
      /ENOENT/,
    );
  });
});
