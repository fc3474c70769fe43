import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { loadConfig } from '../../control/config/load.ts';
import { configPart } from '../../edge/config.ts';
import { openTestEdge, until } from '../api/edge.ts';
import { openTestConsole } from './fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-console-'));
after(() => rmSync(folder, { recursive: true }));

/** The faults of a configuration with this console. */
function faults(console: string): readonly string[] {
  const file = join(folder, 'strowger.yaml');
  writeFileSync(file, `data: ${folder}\ndomain: edge.example\nconsole: ${console}\n`);
  const loaded = loadConfig(configPart, file);
  return loaded.ok ? [] : loaded.error.map(({ message }) => message);
}

describe('the listener of the console', () => {
  it('speaks plain HTTP on loopback addresses alone', () => {
    for (const host of ['127.0.0.1', '127.9.9.9', 'localhost', '[::1]'])
      assert.deepEqual(faults(`{ listen: "${host}:9443" }`), [], host);
    for (const host of ['0.0.0.0', '[::]', '192.0.2.1', 'edge.example'])
      assert.match(faults(`{ listen: "${host}:9443" }`).join(), /loopback address alone/, host);
    const [together] = faults(`{ listen: "0.0.0.0:9443", certificate: ${join(folder, 'strowger.yaml')} }`);
    assert.equal(together, 'certificate and key belong together');
  });

  it('gives one address no more than its share of connections', async () => {
    const web = await openTestConsole(await openTestEdge());
    const port = Number(new URL(web.origin).port);
    let closed = 0;
    const sockets = Array.from({ length: 40 }, () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined).on('close', () => closed++);
      return socket;
    });
    await until(() => closed >= 8);
    for (const socket of sockets) socket.destroy();
    await until(() => closed === 40);
    const again = connect(port, '127.0.0.1');
    again.write('GET /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const [answer] = (await once(again, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 200 /);
    again.destroy();
  });
});
