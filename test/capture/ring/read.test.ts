import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { CapturedPacket } from '../../../edge/capture/packets/packet.ts';
import { pcapFileHeader, pcapRecord } from '../../../edge/capture/packets/pcap-file.ts';
import { followRing } from '../../../edge/capture/ring/follow.ts';
import { readRing } from '../../../edge/capture/ring/read.ts';
import { segmentFile } from '../../../edge/capture/ring/segment-name.ts';
import { Duplicates } from '../../../edge/capture/trace/duplicates.ts';
import { datagram } from '../wire.ts';

const startMs = Date.now() - 60_000;
const phone = { address: '192.0.2.1', port: 5_060 };

describe('A ring that is read', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'strowger-read-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** A packet at so many milliseconds from the start, which says so. */
  const packet = (ms: number): CapturedPacket => {
    const [one] = datagram('raw', phone, phone, Buffer.from(`${ms}`), (startMs + ms) * 1000);
    assert.ok(one !== undefined);
    return one;
  };
  const pathOf = (networkInterface: string, ms: number): string =>
    join(directory, segmentFile({ startUs: (startMs + ms) * 1000, networkInterface }));
  const segment = (networkInterface: string, ms: number, ...times: readonly number[]): void =>
    writeFileSync(
      pathOf(networkInterface, ms),
      Buffer.concat([pcapFileHeader(101), ...times.map((time) => pcapRecord(packet(time)))]),
    );
  const timesOf = async (packets: AsyncIterable<CapturedPacket>): Promise<readonly number[]> => {
    const times: number[] = [];
    for await (const { timeUs } of packets) times.push(timeUs / 1000 - startMs);
    return times;
  };

  it('gives the packets of all interfaces and segments in their order, those of the time asked for', async () => {
    segment('eth0', 0, 5, 10, 20);
    segment('eth0', 21, 25, 40);
    segment('eth1', 1, 8, 22, 30);
    writeFileSync(join(directory, 'notes.txt'), 'no segment');
    const window = { fromMs: startMs + 8, untilMs: startMs + 30 };
    assert.deepEqual(await timesOf(readRing(directory, window)), [8, 10, 20, 22, 25, 30]);
    assert.deepEqual(await timesOf(readRing(join(directory, 'nowhere'), window)), []);
  });

  it('is read as far as it goes', async () => {
    segment('eth0', 0, 5, 10);
    appendFileSync(pathOf('eth0', 0), pcapRecord(packet(15)).subarray(0, 20));
    segment('eth0', 50, 60);
    writeFileSync(pathOf('eth1', 0), 'no capture at all, whatever its name says');
    const window = { fromMs: startMs, untilMs: startMs + 100 };
    assert.deepEqual(await timesOf(readRing(directory, window)), [5, 10, 60]);
  });

  it('is followed from segment to segment as it grows, until one stops', async () => {
    segment('eth0', 0, 5, 10);
    const stop = new AbortController();
    const steps = [
      () => appendFileSync(pathOf('eth0', 0), pcapRecord(packet(15)).subarray(0, 20)),
      () => appendFileSync(pathOf('eth0', 0), pcapRecord(packet(15)).subarray(20)),
      () => {
        appendFileSync(pathOf('eth0', 0), pcapRecord(packet(18)));
        segment('eth0', 20, 25);
      },
      () => segment('eth1', 30, 31),
      () => rmSync(pathOf('eth0', 0)),
      () => stop.abort(),
    ];
    const waited = (): Promise<void> => {
      steps.shift()?.();
      return Promise.resolve();
    };
    const times = await timesOf(followRing(directory, startMs + 8, stop.signal, waited));
    assert.deepEqual(times, [10, 15, 18, 25, 31]);
  });

  it('shows a packet once that was seen on a VLAN and on the card below it', () => {
    const duplicates = new Duplicates();
    const at = startMs * 1000;
    const seen = (layer: 'ethernet' | 'vlan', text: string, timeUs: number): boolean => {
      const [one] = datagram(layer, phone, phone, Buffer.from(text.repeat(40)), timeUs);
      assert.ok(one !== undefined);
      return duplicates.isOne(one);
    };
    assert.equal(seen('ethernet', 'a', at), false);
    assert.equal(seen('ethernet', 'b', at + 1), false);
    assert.equal(seen('vlan', 'a', at + 2), true);
    assert.equal(seen('ethernet', 'a', at + 500_000), false, 'a retransmission');
  });
});
