import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { sendDatagram } from '../../../control/systemd/datagram.ts';
import { notifyBy } from '../../../control/systemd/notify.ts';
import { DatagramSocket } from '../../support/datagrams.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('sd_notify', () => {
  let manager: DatagramSocket;
  beforeEach(() => {
    manager = new DatagramSocket();
  });
  afterEach(() => manager.close());

  it('is one datagram of a line each', async () => {
    await notifyBy(manager.path, new FakeClock())('MAINPID=7', 'READY=1');
    const [message] = await manager.until(1);
    assert.equal(message?.toString(), 'MAINPID=7\nREADY=1');
  });

  it('is tried again while the manager has not read what came before', async () => {
    let before = 0;
    while (sendDatagram(manager.path, Buffer.from('before')) === 'sent') before++;
    const clock = new FakeClock();
    const told = notifyBy(manager.path, clock)('READY=1');
    assert.equal(clock.timers, 1);
    await manager.until(before);
    clock.advance(50);
    await told;
    assert.equal((await manager.until(before + 1)).at(-1)?.toString(), 'READY=1');
  });

  it('is dropped, after five seconds or at once, where nobody hears it', async () => {
    while (sendDatagram(manager.path, Buffer.from('before')) === 'sent');
    const clock = new FakeClock();
    const full = notifyBy(manager.path, clock)('READY=1');
    for (let tries = 0; tries < 100; tries++) {
      clock.advance(50);
      await Promise.resolve();
    }
    await full;
    await notifyBy(`${manager.path}-absent`, clock)('READY=1');
    assert.equal(clock.timers, 0);
  });

  it('is by systemd-notify where the socket is in the abstract namespace', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'strowger-notify-'));
    const path = process.env['PATH'] ?? '';
    try {
      const command = join(folder, 'systemd-notify');
      await writeFile(command, `#!/bin/sh\nprintf '%s\\n' "$@" >'${folder}/told'\n`);
      await chmod(command, 0o755);
      process.env['PATH'] = `${folder}${delimiter}${path}`;
      await notifyBy('@/strowger/test', new FakeClock())('MAINPID=7', 'STATUS=so and so');
      assert.equal(await readFile(join(folder, 'told'), 'utf8'), 'MAINPID=7\nSTATUS=so and so\n');
    } finally {
      process.env['PATH'] = path;
      await rm(folder, { recursive: true });
    }
  });
});
