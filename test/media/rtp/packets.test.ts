import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Mouth } from '../../../media/rtp/mouth.ts';
import { emptyHeader, readRtp, writeRtpHeader } from '../../../media/rtp/packet.ts';
import { readPacket, rtpPacket } from '../../peers/rtp-bytes.ts';

describe('the header of RTP', () => {
  it('is written as the peer reads it, and read as the peer writes it', () => {
    fc.assert(
      fc.property(
        fc.nat(127),
        fc.boolean(),
        fc.nat(0xffff),
        fc.nat(0xffff_ffff),
        fc.nat(0xffff_ffff),
        fc.uint8Array({ maxLength: 20 }),
        (payloadType, marker, sequence, timestamp, ssrc, payload) => {
          const theirs = rtpPacket({ payloadType, marker, sequence, timestamp, ssrc }, payload);
          const ours = Buffer.alloc(theirs.length);
          writeRtpHeader(ours, payloadType, marker, sequence, timestamp, ssrc);
          ours.set(payload, 12);
          assert.deepEqual(ours, theirs);
          const header = emptyHeader();
          assert.ok(readRtp(theirs, header));
          const { payloadAt, payloadEnd, ...rest } = header;
          assert.deepEqual(rest, { payloadType, marker, sequence, timestamp, ssrc });
          assert.deepEqual(theirs.subarray(payloadAt, payloadEnd), Buffer.from(payload));
        },
      ),
    );
  });

  it('leaves out CSRCs, extension and padding', () => {
    const packet = Buffer.from(
      [0xb1, 0x00, '0001', '00000002', '00000003', 'aaaaaaaa', 'bede0001', '10203040', '5566', '000003']
        .map((part) => (typeof part === 'number' ? part.toString(16).padStart(2, '0') : part))
        .join(''),
      'hex',
    );
    const header = emptyHeader();
    assert.ok(readRtp(packet, header));
    assert.deepEqual(packet.subarray(header.payloadAt, header.payloadEnd), Buffer.from('5566', 'hex'));
  });

  it('is not found in what is no RTP, and never beyond the packet', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const header = emptyHeader();
        if (!readRtp(bytes, header)) return;
        assert.ok(header.payloadAt <= header.payloadEnd && header.payloadEnd <= bytes.length);
      }),
      { numRuns: 2_000 },
    );
    assert.ok(!readRtp(new Uint8Array(11), emptyHeader()));
  });
});

describe('what this process sends into a leg', () => {
  const mouth = (): Mouth => new Mouth(7, { fraction: () => 0.5 });
  const octets = new Uint8Array(160);
  const read = (packet: Buffer) => {
    const header = readPacket(packet);
    assert.ok(header);
    return header;
  };

  it('goes with the tick, with a marker where it begins anew', () => {
    const ours = mouth();
    const packets = [1, 2, 3, 10, 11].map((tick) => read(ours.audio(tick, 0, octets)));
    const base = packets[0]!.timestamp;
    assert.deepEqual(
      packets.map(({ timestamp }) => timestamp - base),
      [0, 160, 320, 1_440, 1_600],
    );
    const { sequence } = packets[0]!;
    assert.deepEqual(
      packets.map((packet) => packet.sequence - sequence),
      [0, 1, 2, 3, 4],
    );
    assert.deepEqual(
      packets.map(({ marker }) => marker),
      [true, false, false, true, false],
    );
  });

  it('gives all packets of an event the timestamp of the first', () => {
    const ours = mouth();
    const audio = read(ours.audio(1, 0, octets));
    const event = Uint8Array.of(1, 10, 0, 160);
    const packets = [2, 3, 4].map((tick) => read(ours.event(tick, 101, event, tick === 2)));
    assert.deepEqual(
      packets.map(({ timestamp }) => timestamp - audio.timestamp),
      [160, 160, 160],
    );
    assert.deepEqual(
      packets.map(({ marker }) => marker),
      [true, false, false],
    );
    assert.equal(read(ours.audio(5, 0, octets)).timestamp - audio.timestamp, 640);
  });

  it('passes another leg on in its own time, and never goes back', () => {
    const ours = mouth();
    const before = read(ours.audio(1, 0, octets));
    const header = { ...emptyHeader(), timestamp: 4_000_000_000, payloadType: 8 };
    const first = read(ours.pass(2, 9, header, 0, octets));
    const second = read(ours.pass(3, 9, { ...header, timestamp: 4_000_000_480 }, 0, octets));
    assert.equal(first.timestamp - before.timestamp, 160);
    assert.equal(second.timestamp - first.timestamp, 480);
    assert.ok(first.marker && !second.marker);
    const after = read(ours.audio(4, 0, octets));
    assert.ok(after.timestamp > second.timestamp);
    assert.deepEqual(
      [before, first, second, after].map(({ sequence }) => sequence - before.sequence),
      [0, 1, 2, 3],
    );
  });
});
