import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { startEmbeddedSip } from '../../../edge/sip/server.ts';
import type { EmbeddedSip } from '../../../edge/sip/server.ts';
import { hasSipp, Sipp } from '../../peers/sipp.ts';
import { hosts, stage } from './stage.ts';

/** A network of our own, so that two runs on one machine do not meet. */
const network = `127.${1 + (process.pid % 250)}.${1 + (Math.floor(process.pid / 250) % 250)}`;

describe("drachtio-srf's own tests", () => {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-srf-'));
  const servers: EmbeddedSip[] = [];
  const callees: Sipp[] = [];

  after(async () => {
    await Promise.all([
      ...callees.map((callee) => callee.stop()),
      ...servers.map((server) => server.close()),
    ]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('pass on the embedded server', async () => {
    assert.ok(hasSipp(), 'sipp is missing: apt-get install sip-tester');
    const known = Object.fromEntries(hosts.map(([name, number]) => [name, `${network}.${number}`]));
    const start = async (name: string): Promise<EmbeddedSip> => {
      const server = await startEmbeddedSip({
        listen: [{ transport: 'udp', host: known[name] ?? '', port: 5060 }],
        hosts: known,
      });
      servers.push(server);
      return server;
    };
    const sut = await start('drachtio-sut');
    const uas = await start('drachtio-uas');
    const tests = stage(folder, network, {
      'drachtio-sut': { ...sut.control, ...{ enablePing: true, pingInterval: 5_000 } },
      'drachtio-uas': uas.control,
    });
    for (const [, number, scenario] of hosts)
      if (scenario !== undefined)
        callees.push(
          new Sipp(['-sf', join('scenarios', scenario), '-i', `${network}.${number}`, '-p', '5060'], tests),
        );
    const { output, exitCode } = await runTape(tests);
    const passed = output.match(/^ok /gm)?.length ?? 0;
    assert.deepEqual(
      { exitCode, failed: output.match(/^not ok .*/gm) ?? [], passed },
      { exitCode: 0, failed: [], passed: 77 },
      output,
    );
  });
});

function runTape(folder: string): Promise<{ output: string; exitCode: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['all.js'], {
      cwd: folder,
      env: { ...process.env, NODE_ENV: 'test' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const add = (data: Buffer): void => void (output += data.toString());
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ output, exitCode }));
  });
}
