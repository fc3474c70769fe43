import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runningFinding, unitForbids } from '../../edge/node/capture-finding.ts';
import { root } from '../support/root.ts';

describe('What the doctor says of captures', () => {
  it('is well where every interface is captured, and remembers trouble', () => {
    assert.equal(runningFinding(['any'], { open: ['any'], troubles: {} }).verdict, 'ok');
    const once = runningFinding(['any'], { open: ['any'], troubles: { ring: 'ENOSPC: no space left' } });
    assert.deepEqual(
      [once.verdict, once.words],
      ['advice', 'there was trouble: ring: ENOSPC: no space left'],
    );
  });

  it('says what to do next by what is missing', () => {
    const of = (reason: string) => runningFinding(['eth9'], { open: [], troubles: { eth9: reason } });
    const forbidden = of('socket: Operation not permitted');
    assert.equal(forbidden.verdict, 'wrong');
    assert.match(forbidden.remedy, /capture\.conf .*strowger\.service\.d/);
    assert.match(of('No such device exists').remedy, /ip link/);
    const unlinked = { process: 'status 1: Error: libpcap.so.0.8: cannot open shared object file' };
    assert.match(
      runningFinding(['any'], { open: [], troubles: unlinked }).remedy,
      /apt-get install libpcap0\.8/,
    );
    assert.equal(runningFinding(['any'], null).verdict, 'advice');
  });

  it('knows of a unit that may not capture, and of the drop-in that lets it', () => {
    const machine = mkdtempSync(join(tmpdir(), 'strowger-doctor-'));
    try {
      assert.equal(unitForbids(machine), false);
      mkdirSync(join(machine, 'usr/lib/systemd/system'), { recursive: true });
      writeFileSync(join(machine, 'usr/lib/systemd/system/strowger.service'), '');
      assert.equal(unitForbids(machine), true);
      const dropIns = join(machine, 'etc/systemd/system/strowger.service.d');
      mkdirSync(dropIns, { recursive: true });
      writeFileSync(join(dropIns, 'nice.conf'), '[Service]\nNice=1\n');
      assert.equal(unitForbids(machine), true);
      writeFileSync(join(dropIns, 'capture.conf'), readFileSync(join(root, 'systemd/debian/capture.conf')));
      assert.equal(unitForbids(machine), false);
    } finally {
      rmSync(machine, { recursive: true });
    }
  });
});
