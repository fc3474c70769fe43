import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  packetMax,
  pcapFileHeader,
  pcapRecord,
  PcapReader,
  readPcap,
} from '../../../edge/capture/packets/pcap-file.ts';
import type { CapturedPacket } from '../../../edge/capture/packets/packet.ts';

const packet = fc
  .record({
    timeUs: fc.integer({ min: 0, max: 2 ** 32 * 1e6 - 1 }),
    bytes: fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
    cut: fc.integer({ min: 0, max: 2000 }),
  })
  .map(({ timeUs, bytes, cut }): CapturedPacket => ({
    timeUs,
    linkType: 113,
    bytes,
    originalLength: bytes.length + cut,
  }));

const fileOf = (packets: readonly CapturedPacket[]): Buffer =>
  Buffer.concat([pcapFileHeader(113), ...packets.map(pcapRecord)]);

/** The words of a file turned to the other byte order, with nanoseconds for microseconds. */
function otherForm(packets: readonly CapturedPacket[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b23c4d, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  // A frame check sequence of two octets is announced in the upper half.
  header.writeUInt32LE(0x2400_0000 + 113, 20);
  const records = packets.flatMap(({ timeUs, bytes, originalLength }) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(Math.floor(timeUs / 1e6), 0);
    record.writeUInt32LE((timeUs % 1e6) * 1000 + 999, 4);
    record.writeUInt32LE(bytes.length, 8);
    record.writeUInt32LE(originalLength, 12);
    return [record, bytes];
  });
  return Buffer.concat([header, ...records]);
}

describe('capture files', () => {
  it('gives back what was written, in whatever pieces it comes', () => {
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 8 }), fc.integer({ min: 1, max: 60 }), (packets, step) => {
        for (const file of [fileOf(packets), otherForm(packets)]) {
          assert.deepEqual(readPcap(file), { packets, fault: undefined });
          const reader = new PcapReader();
          const got: CapturedPacket[] = [];
          for (let at = 0; at < file.length; at += step)
            got.push(...reader.push(file.subarray(at, at + step)));
          assert.deepEqual(got, packets);
        }
      }),
    );
  });

  it('ends quietly at a torn record', () => {
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1, maxLength: 4 }), fc.nat(), (packets, place) => {
        const file = fileOf(packets);
        const { packets: read, fault } = readPcap(file.subarray(0, place % file.length));
        assert.equal(fault, undefined);
        assert.deepEqual(read, packets.slice(0, read.length));
        assert.ok(read.length < packets.length);
      }),
    );
  });

  it('refuses what is no capture file', () => {
    assert.equal(readPcap(Buffer.from('\n\r\r\n a pcapng section')).fault, 'notPcap');
    assert.equal(readPcap(Buffer.from('{}{}')).fault, 'notPcap');
    assert.deepEqual(readPcap(Buffer.alloc(0)), { packets: [], fault: undefined });
  });

  it('stops at a length that no packet has, and buffers nothing more', () => {
    const good: CapturedPacket = { timeUs: 1, linkType: 113, bytes: Buffer.from('abc'), originalLength: 3 };
    const absurd = pcapRecord(good);
    absurd.writeUInt32BE(packetMax + 1, 8);
    const reader = new PcapReader();
    const file = Buffer.concat([pcapFileHeader(113), pcapRecord(good), absurd]);
    assert.deepEqual(reader.push(file), [good]);
    assert.equal(reader.fault, 'recordTooLong');
    assert.deepEqual(reader.push(pcapRecord(good)), []);
  });

  it('cuts a packet that no reader would take', () => {
    const bytes = Buffer.alloc(packetMax + 5);
    const record = pcapRecord({ timeUs: 0, linkType: 1, bytes, originalLength: bytes.length });
    const [read] = readPcap(Buffer.concat([pcapFileHeader(1), record])).packets;
    assert.deepEqual([read?.bytes.length, read?.originalLength], [packetMax, packetMax + 5]);
  });
});
