import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { DatagramSocket } from '../support/datagrams.ts';
import { EdgeProcess } from './edge-process.ts';

describe('a whole edge under a service manager', { timeout: 120_000 }, () => {
  let manager: DatagramSocket;
  let edge: EdgeProcess | undefined;
  beforeEach(() => {
    manager = new DatagramSocket();
  });
  afterEach(async () => {
    await edge?.remove();
    manager.close();
  });

  it('tells of itself: ready, alive, handed over to a successor, at its end', async () => {
    edge = await EdgeProcess.create(() => ['http: { listen: 127.0.0.1:0 }']);
    // A watchdog time so long that it is not fed before the test is over.
    Object.assign(edge.environment, { NOTIFY_SOCKET: manager.path, WATCHDOG_USEC: '3600000000' });
    const { api, metrics } = await edge.start();
    const first = edge.pid;
    const serving = `STATUS=serving REST ${api}, metrics ${metrics}`;
    await manager.until(1);
    await edge.succeed();
    await manager.until(3);
    assert.equal(await edge.stop(), 0);
    const [ready, reloading, succeeded, stopping, ...others] = (await manager.until(4)).map(String);
    assert.equal(ready, `MAINPID=${first}\nREADY=1\n${serving}`);
    assert.match(reloading ?? '', /^RELOADING=1\nMONOTONIC_USEC=\d+\nSTATUS=handing over to a successor$/);
    assert.match(succeeded ?? '', /^MAINPID=(\d+)\nREADY=1\nSTATUS=serving REST /);
    assert.ok(!succeeded?.includes(`MAINPID=${first}\n`));
    assert.match(stopping ?? '', /^STOPPING=1\nSTATUS=ending/);
    assert.deepEqual(others, []);
  });
});
