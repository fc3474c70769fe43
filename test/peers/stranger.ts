import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { companded, dialPlan, rtpPacket } from './rtp-bytes.ts';
import type { PacketHeader } from './rtp-bytes.ts';

/** Somebody else on the network, who knows a leg's ports and as much of its call as a test tells. */
export class Stranger {
  /** Packets that reached it. */
  heard = 0;
  private readonly socket: Socket;
  private readonly port: number;
  private sequence = 0;

  private constructor(socket: Socket, port: number) {
    this.socket = socket;
    this.port = port;
    socket.on('message', () => this.heard++);
  }

  /** Bound at `address`, toward a leg's port of RTP. */
  static async open(port: number, address = '127.0.0.2'): Promise<Stranger> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, address, resolve);
    });
    return new Stranger(socket, port);
  }

  /** Says a loud tone, 20 ms a packet; resolves when all have left. */
  async says(packets: number, header: Partial<PacketHeader> = {}): Promise<void> {
    const samples = new Int16Array(160);
    for (let n = 0; n < packets; n++) {
      for (let i = 0; i < 160; i++)
        samples[i] = 12_000 * Math.sin((2 * Math.PI * 1_900 * (n * 160 + i)) / 8_000);
      await this.rtp(header, companded('PCMU', samples));
    }
  }

  /** Presses keys, as telephone events of this payload type. */
  async presses(digits: string, payloadType = 101, header: Partial<PacketHeader> = {}): Promise<void> {
    for (const { payloads } of dialPlan(digits))
      for (const payload of payloads) await this.rtp({ payloadType, ...header }, payload);
  }

  /** A packet as it is: RTP, or RTCP on the port after it. */
  async sends(packet: Uint8Array, to: 'rtp' | 'rtcp' = 'rtp'): Promise<void> {
    await new Promise<void>((resolve) =>
      // In another turn: others have their say meanwhile, however much it sends.
      this.socket.send(packet, this.port + (to === 'rtcp' ? 1 : 0), '127.0.0.1', () => setImmediate(resolve)),
    );
  }

  close(): void {
    this.socket.close();
  }

  private async rtp(header: Partial<PacketHeader>, payload: Uint8Array): Promise<void> {
    const sequence = this.sequence++ & 0xffff;
    const plain = { payloadType: 0, marker: false, sequence, timestamp: sequence * 160, ssrc: 99 };
    await this.sends(rtpPacket({ ...plain, ...header }, payload));
  }
}

/** A receiver report: `ssrc` has heard so many packets too few of `about`, with so much jitter in samples. */
export function receiverReport(ssrc: number, about: number, lost: number, jitter: number): Buffer {
  const packet = Buffer.alloc(32);
  packet.writeUInt16BE(0x81c9, 0);
  packet.writeUInt16BE(7, 2);
  packet.writeUInt32BE(ssrc, 4);
  packet.writeUInt32BE(about, 8);
  packet.writeUIntBE(lost, 13, 3);
  packet.writeUInt32BE(jitter, 20);
  return packet;
}

/** A BYE of `ssrc` (RFC 3550 section 6.6). */
export function bye(ssrc: number): Buffer {
  const packet = Buffer.alloc(8);
  packet.writeUInt16BE(0x81cb, 0);
  packet.writeUInt16BE(1, 2);
  packet.writeUInt32BE(ssrc, 4);
  return packet;
}
