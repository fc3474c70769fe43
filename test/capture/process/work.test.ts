import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { fail, ok } from '../../../control/base/result.ts';
import { readExported } from '../../../edge/capture/packets/exported-pdu.ts';
import type { CapturedPacket } from '../../../edge/capture/packets/packet.ts';
import { CaptureWork } from '../../../edge/capture/process/work.ts';
import type { CaptureStart, FromCapture } from '../../../edge/capture/process/words.ts';
import { readRing } from '../../../edge/capture/ring/read.ts';
import { listSegments } from '../../../edge/capture/ring/segments.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('the work of the capture process', () => {
  let directory: string;
  let clock: FakeClock;
  let told: FromCapture[];
  let work: CaptureWork;
  let orphan: boolean;
  let ended: boolean;
  let there: boolean;
  const interfaces = new Map<string, ((packet: CapturedPacket) => void) | undefined>();

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'strowger-work-'));
    clock = new FakeClock();
    told = [];
    orphan = false;
    ended = false;
    there = true;
    interfaces.clear();
    const settings: CaptureStart = {
      kind: 'start',
      interfaces: ['eth0', 'eth1'],
      scope: { ports: [], media: { first: 20_000, last: 20_001 }, except: null },
      rtp: 'headers',
      directory,
      ringBytes: 8_000_000,
      ringMs: 60_000,
      hep: null,
    };
    work = new CaptureWork(settings, {
      clock,
      sniff: (name, _filter, hear) => {
        if (!interfaces.has(name)) return fail('No such device exists');
        interfaces.set(name, hear);
        return ok({
          linkType: 101,
          stats: () => ({ droppedByKernel: 3 }),
          isThere: () => there,
          close: () => undefined,
        });
      },
      tell: (words) => told.push(words),
      isOrphan: () => orphan,
      end: () => (ended = true),
    });
  });
  afterEach(() => {
    work.stop();
    rmSync(directory, { recursive: true });
  });

  const packet: CapturedPacket = {
    timeUs: 0,
    linkType: 101,
    bytes: Buffer.from('450000200000000040110000c0000201c00002020001000200100000', 'hex'),
    originalLength: 32,
  };
  const reports = () => told.flatMap((words) => (words.kind === 'report' ? [words] : []));

  it('captures the interfaces that are there, and the others once they come', () => {
    interfaces.set('eth0', undefined);
    work.start();
    assert.deepEqual(told[0], { kind: 'trouble', what: 'eth1', reason: 'No such device exists' });
    interfaces.get('eth0')?.(packet);
    clock.advance(1_000);
    assert.deepEqual(reports().at(-1)?.open, ['eth0']);
    assert.equal(reports().at(-1)?.seen, 1);
    assert.equal(reports().at(-1)?.droppedByKernel, 3);
    assert.equal(listSegments(directory).length, 1);
    interfaces.set('eth1', undefined);
    clock.advance(10_000);
    assert.deepEqual(reports().at(-1)?.open, ['eth0', 'eth1']);
    assert.equal(reports().at(-1)?.droppedByKernel, 6);
    assert.equal(told.filter(({ kind }) => kind === 'trouble').length, 1);
  });

  it('keeps what passed under TLS in files of its own, and counts it', async () => {
    work.start();
    const message = {
      protocol: 'sip',
      timeUs: clock.now() * 1_000,
      source: { address: '192.0.2.1', port: 40_000 },
      destination: { address: '192.0.2.2', port: 5061 },
      bytes: Buffer.from('OPTIONS sip:a SIP/2.0'),
    } as const;
    work.overheard({ messages: [message, { ...message, protocol: 'smpp' }], missed: 4 });
    clock.advance(1_000);
    assert.deepEqual([reports().at(-1)?.seen, reports().at(-1)?.missed], [2, 4]);
    assert.deepEqual(
      listSegments(directory).map(({ networkInterface }) => networkInterface),
      ['edge:sip', 'edge:smpp'],
    );
    const window = { fromMs: 0, untilMs: clock.now() };
    const kept: (string | undefined)[] = [];
    for await (const one of readRing(directory, window)) kept.push(readExported(one)?.protocol);
    assert.deepEqual(kept.toSorted(), ['sip', 'smpp']);
  });

  it('ends when its edge has gone, also while packets leave no turn for timers', () => {
    interfaces.set('eth0', undefined);
    work.start();
    const hear = interfaces.get('eth0');
    orphan = true;
    for (let count = 0; count < 1_024; count++) hear?.(packet);
    assert.equal(ended, false);
    // The time passes, but no timer fires.
    clock.after(300, () => {
      for (let count = 0; count < 1_024; count++) hear?.(packet);
    });
    work.stop();
    clock.advance(300);
    assert.equal(ended, true);
    const written = listSegments(directory).reduce((sum, { bytes }) => sum + bytes, 0);
    assert.ok(written >= 2_048 * packet.bytes.length);
  });

  it('ends when an interface has gone, to begin anew with what is there', () => {
    interfaces.set('eth0', undefined);
    work.start();
    clock.advance(10_000);
    assert.equal(ended, false);
    there = false;
    clock.advance(200);
    assert.equal(ended, true);
    assert.deepEqual(told.at(-1), { kind: 'trouble', what: 'eth0', reason: 'the interface has gone' });
  });
});
