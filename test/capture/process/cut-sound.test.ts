import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CapturedPacket } from '../../../edge/capture/packets/packet.ts';
import { cutSound } from '../../../edge/capture/process/cut-sound.ts';

const ports = { first: 20_000, last: 20_999 };
const ethernet = Buffer.from('0200000000010200000000020800', 'hex');

/** A datagram on Ethernet, over IPv4. */
function datagram(source: number, destination: number, payload: Buffer, fragmentOffset = 0): CapturedPacket {
  const ip = Buffer.from('450000000000000040110000c0000201c0000202', 'hex');
  ip.writeUInt16BE(28 + payload.length, 2);
  ip.writeUInt16BE(fragmentOffset >> 3, 6);
  const udp = Buffer.alloc(8);
  udp.writeUInt16BE(source, 0);
  udp.writeUInt16BE(destination, 2);
  udp.writeUInt16BE(8 + payload.length, 4);
  const bytes = Buffer.concat([ethernet, ip, udp, payload]);
  return { timeUs: 1, linkType: 1, bytes, originalLength: bytes.length };
}

const headers = ethernet.length + 20 + 8;
const rtp = (first: number, type: number): Buffer =>
  Buffer.concat([Buffer.from([first, type]), Buffer.alloc(170, 0x55)]);

describe('sound in captured packets', () => {
  it('is taken out of RTP, whose header stays', () => {
    const packet = datagram(30_000, 20_010, rtp(0x80, 0));
    const cut = cutSound(packet, ports);
    assert.equal(cut.bytes.length, headers + 12);
    assert.deepEqual(cut.bytes, packet.bytes.subarray(0, headers + 12));
    assert.equal(cut.originalLength, packet.originalLength);
    const withSources = cutSound(datagram(20_010, 30_000, rtp(0x83, 101)), ports);
    assert.equal(withSources.bytes.length, headers + 24);
  });

  it('is not looked for in RTCP, nor at other ports', () => {
    for (const packet of [datagram(20_011, 30_001, rtp(0x81, 200)), datagram(5_060, 5_060, rtp(0x80, 0))])
      assert.equal(cutSound(packet, ports), packet);
  });

  it('may have any form: what is no RTP loses everything', () => {
    assert.equal(cutSound(datagram(20_000, 30_000, Buffer.from('a fax')), ports).bytes.length, headers);
  });

  it('is never read past the end', () => {
    const whole = datagram(20_000, 20_001, rtp(0x8f, 0));
    for (let length = 0; length <= whole.bytes.length; length++) {
      const packet = { ...whole, bytes: whole.bytes.subarray(0, length) };
      assert.ok(cutSound(packet, ports).bytes.length <= Math.min(length, headers + 72));
    }
    const later = datagram(20_000, 20_001, rtp(0x80, 0), 1_480);
    assert.equal(cutSound(later, ports), later);
  });
});
