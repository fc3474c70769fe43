import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseEdgeStatus, statusText } from '../../control/cli/status.ts';
import { Metrics } from '../../control/metrics/metrics.ts';
import { removeStaleDoors } from '../../edge/node/stale-doors.ts';
import { SuccessionFailures } from '../../edge/node/succession/failures.ts';

describe('Around a succession', () => {
  it('failures are told by whichever metrics there are, those before too', async () => {
    const failures = new SuccessionFailures();
    const line = async (metrics: Metrics, stage: string) =>
      new RegExp(`^strowger_succession_failures_total\\{stage="${stage}"\\} (\\d+)$`, 'm').exec(
        (await metrics.scrape()).text,
      )?.[1];
    const first = new Metrics({ processMetrics: false });
    failures.tellBy(first);
    assert.equal(await line(first, 'start'), '0');
    failures.note('start');
    failures.note('serve');
    assert.equal(await line(first, 'start'), '1');
    // Opened anew after the second.
    const second = new Metrics({ processMetrics: false });
    failures.tellBy(second);
    failures.note('serve');
    assert.deepEqual(
      [await line(second, 'refused'), await line(second, 'start'), await line(second, 'serve')],
      ['0', '1', '2'],
    );
  });

  it('the doors of processes that are gone are removed, and nothing else', (test) => {
    const data = mkdtempSync(join(tmpdir(), 'strowger-doors-'));
    test.after(() => rmSync(data, { recursive: true }));
    const kept = ['control.sock', 'door-12.sock', 'door-x.sock', 'store.lmdb', 'xdoor-13.sock'];
    for (const name of [...kept, 'door-13.sock', 'door-4294967295.sock']) writeFileSync(join(data, name), '');
    removeStaleDoors(data, (pid) => (pid === 12 ? '1' : undefined));
    assert.deepEqual(readdirSync(data).sort(), kept);
  });

  it('a status says which process still has calls, and reads one of a build that did not', () => {
    const quiet = { links: [], trunks: [], queues: [], calls: 0, store_bytes: 0 };
    const before = parseEdgeStatus(quiet);
    assert.ok(before !== undefined);
    assert.doesNotMatch(statusText(before), /process/);
    const predecessor = { pid: 4711, calls: 3, for_seconds: 130, left_seconds: 470 };
    const now = parseEdgeStatus({ ...quiet, predecessor });
    assert.ok(now !== undefined);
    assert.match(
      statusText(now),
      /^process 4711, which handed over 2 min ago, still has 3 calls; it ends in 7 min at the latest$/m,
    );
  });
});
