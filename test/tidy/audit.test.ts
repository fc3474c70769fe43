import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { root } from '../support/root.ts';

const isSource = import.meta.url.endsWith('.ts');
const program = fileURLToPath(new URL(`./audit.${isSource ? 'ts' : 'js'}`, import.meta.url));

/** What a registry knows against one of our packages, in the shape that npm's bulk endpoint answers in. */
const advisory = {
  id: 1,
  url: 'https://advisories.example/1',
  title: 'made up',
  severity: 'high',
  vulnerable_versions: '<99.0.0',
  cwe: [],
  cvss: { score: 7.5, vectorString: null },
};

const versions = ['8.0.0', '99.0.0'].map((version) => [version, { name: 'ws', version }] as const);

/** A registry on loopback that answers about advisories, and the one package that it has. */
class Registry {
  known: Readonly<Record<string, readonly unknown[]>> | undefined = {};
  /** What it was asked about, by package. */
  asked: Readonly<Record<string, readonly string[]>> = {};
  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const answer = this.answer(
        request.url ?? '',
        request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes,
      );
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? { error: 'not found' }));
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(url: string, body: Buffer): unknown {
    if (url === '/-/npm/v1/security/advisories/bulk' && this.known !== undefined) {
      this.asked = JSON.parse(body.toString()) as Registry['asked'];
      return this.known;
    }
    // npm asks which versions there are, to say which are concerned.
    if (url === '/ws') return { name: 'ws', 'dist-tags': {}, versions: Object.fromEntries(versions) };
    return undefined;
  }
}

describe('npm run audit', { timeout: 120_000 }, () => {
  const registry = new Registry();
  const cache = mkdtempSync(join(tmpdir(), 'strowger-audit-'));
  let origin: string;
  before(async () => {
    origin = await registry.listen();
  });
  after(() => {
    registry.close();
    rmSync(cache, { recursive: true, force: true });
  });

  const audit = (): Promise<{ status: number; out: string }> =>
    new Promise((resolve) => {
      const env = { ...process.env, npm_config_registry: origin, npm_config_cache: cache };
      const words = [...(isSource ? ['--import', 'tsx'] : []), program];
      execFile(
        process.execPath,
        words,
        { cwd: root, env: { ...env, npm_config_fetch_retries: '0' } },
        (error, out) =>
          resolve({ status: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out }),
      );
    });

  it('asks about what is shipped, and is content where nothing is known', async () => {
    const { status, out } = await audit();
    assert.match(out, /^offline: \d+ packages, 0 faults$/m);
    assert.match(out, /^advisories: 0$/m);
    assert.equal(status, 0);
    assert.ok('ws' in registry.asked && !('eslint' in registry.asked));
  });

  it('names the package, its versions and how bad it is, and fails', async () => {
    registry.known = { ws: [advisory] };
    const { status, out } = await audit();
    assert.match(out, /^ws 8\.0\.0: high, made up \(https:\/\/advisories\.example\/1\)$/m);
    assert.equal(status, 1);
  });

  it('says so where the registry knows nothing of advisories', async () => {
    registry.known = undefined;
    const { status, out } = await audit();
    assert.match(out, /^advisories: the registry did not answer; only the offline part counts$/m);
    assert.equal(status, 0);
  });
});
