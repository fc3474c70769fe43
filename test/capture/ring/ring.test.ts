import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { CapturedPacket } from '../../../edge/capture/packets/packet.ts';
import { readPcap } from '../../../edge/capture/packets/pcap-file.ts';
import { Ring } from '../../../edge/capture/ring/ring.ts';
import { parseSegmentFile, segmentFile } from '../../../edge/capture/ring/segment-name.ts';
import { listSegments } from '../../../edge/capture/ring/segments.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const ringBytes = 8_000_000;
const ageMs = 600_000;

describe('the ring of recent packets', () => {
  let directory: string;
  let clock: FakeClock;
  let troubles: string[];
  let ring: Ring;
  const open = (): Ring =>
    (ring = new Ring(directory, { bytes: ringBytes, ageMs }, clock, (reason) => troubles.push(reason)));
  beforeEach(() => {
    directory = join(mkdtempSync(join(tmpdir(), 'strowger-ring-')), 'captures');
    clock = new FakeClock();
    troubles = [];
    open();
  });
  afterEach(() => {
    ring.close();
    rmSync(join(directory, '..'), { recursive: true });
  });

  const packet = (length: number, linkType = 1): CapturedPacket => ({
    timeUs: clock.now() * 1000,
    linkType,
    bytes: Buffer.alloc(length, 7),
    originalLength: length + 1,
  });
  const sizeOnDisk = (): number => listSegments(directory).reduce((sum, { bytes }) => sum + bytes, 0);
  /** Files have the system's times, which this test's clock knows nothing of. */
  const dateFiles = (): void => {
    for (const { path, startUs } of listSegments(directory)) utimesSync(path, startUs / 1e6, startUs / 1e6);
  };

  it('keeps packets for its owner alone, as they came, interface by interface', () => {
    ring.add('eth0', packet(100));
    ring.add('eth1', packet(200, 113));
    ring.add('eth0', packet(300));
    assert.deepEqual(readdirSync(directory).length, 2);
    ring.tend();
    assert.equal(statSync(directory).mode & 0o777, 0o700);
    const [first, second] = listSegments(directory);
    assert.deepEqual([first?.networkInterface, second?.networkInterface], ['eth0', 'eth1']);
    assert.equal(statSync(first?.path ?? '').mode & 0o777, 0o600);
    const { packets, fault } = readPcap(readFileSync(first?.path ?? ''));
    assert.equal(fault, undefined);
    assert.deepEqual(packets, [packet(100), packet(300)]);
    assert.equal(ring.bytes, sizeOnDisk());
  });

  it('is bounded in size, and gives up the oldest first', () => {
    let last = 0;
    for (let count = 0; count < 400; count++) {
      ring.add('any', packet(60_000));
      clock.advance(10);
      if (count % 10 === 0) ring.tend();
      assert.ok(ring.bytes <= ringBytes && sizeOnDisk() <= ringBytes);
      const [oldest] = listSegments(directory);
      assert.ok((oldest?.startUs ?? 0) >= last);
      last = oldest?.startUs ?? 0;
    }
    assert.ok(ring.bytes > ringBytes * 0.8);
    assert.ok(last > 0);
  });

  it('is bounded in time, also while nothing comes', () => {
    ring.add('any', packet(100));
    clock.advance(ageMs / 2);
    ring.tend();
    ring.add('any', packet(100));
    dateFiles();
    assert.equal(listSegments(directory).length, 2);
    clock.advance(ageMs / 2 + 1_000);
    ring.tend();
    assert.equal(listSegments(directory).length, 1);
    dateFiles();
    clock.advance(ageMs);
    ring.tend();
    clock.advance(10_000);
    ring.tend();
    assert.deepEqual([listSegments(directory), ring.bytes], [[], 0]);
  });

  it('survives its process, of which a crash takes the end alone', () => {
    ring.add('any', packet(100));
    ring.close();
    const [path = ''] = listSegments(directory).map((segment) => segment.path);
    const torn = readFileSync(path).subarray(0, -50);
    assert.deepEqual(readPcap(torn).fault, undefined);
    open();
    ring.add('any', packet(100));
    ring.tend();
    assert.equal(listSegments(directory).length, 2);
    assert.equal(ring.bytes, sizeOnDisk());
  });

  it('says why it cannot write, counts what it lost, and goes on when it can', () => {
    rmSync(directory, { recursive: true });
    ring.add('any', packet(100));
    ring.add('any', packet(100));
    assert.equal(ring.unwritten, 2);
    assert.match(troubles[0] ?? '', /ENOENT/);
    open();
    ring.add('any', packet(100));
    ring.tend();
    assert.equal(listSegments(directory).length, 1);
  });

  it('leaves files alone that are none of its own', () => {
    for (const file of ['x.pcap', '1-any.pcap', '0000000000000001-any.pcap.tmp', '0000000000000001-a b.pcap'])
      assert.equal(parseSegmentFile(file), undefined);
    const name = { startUs: 1_700_000_000_000_000, networkInterface: 'eth0.101' };
    assert.deepEqual(parseSegmentFile(segmentFile(name)), name);
    assert.deepEqual(listSegments(join(directory, 'nowhere')), []);
    chmodSync(directory, 0o755);
    open();
    assert.equal(statSync(directory).mode & 0o777, 0o700);
  });
});
