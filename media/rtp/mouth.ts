import { frameSamples } from '../audio/frame.ts';
import { rtpHeaderBytes, writeRtpHeader } from './packet.ts';
import type { RtpHeader } from './packet.ts';

/**
 * The packets that this process sends into one leg: one SSRC, sequence numbers without gaps of our making, timestamps
 * that go with the tick, whether the sound is made here or passed on from another leg.
 */
export class Mouth {
  private readonly ssrc: number;
  private sequence: number;
  private readonly timestampBase: number;
  private lastTimestamp: number;
  private lastTick = -2;
  private eventTimestamp = 0;
  /** The source that is passed on, and what is added to its timestamps. */
  private source: number | undefined;
  private timestampShift = 0;

  constructor(ssrc: number, random: { fraction(): number }) {
    this.ssrc = ssrc;
    this.sequence = Math.floor(random.fraction() * 0x8000);
    this.timestampBase = Math.floor(random.fraction() * 0x1_0000_0000);
    this.lastTimestamp = this.timestampBase;
  }

  /** 20 ms of sound; the marker is set where it begins after a pause (RFC 3551 section 4.1). */
  audio(tick: number, payloadType: number, octets: Uint8Array): Buffer {
    const marker = tick !== this.lastTick + 1;
    this.lastTick = tick;
    this.source = undefined;
    return this.packet(payloadType, marker, this.timestampAt(tick), octets);
  }

  /** A packet of a telephone event: all of one event bear the timestamp of its first (RFC 4733 section 2.2). */
  event(tick: number, payloadType: number, payload: Uint8Array, first: boolean): Buffer {
    if (first) this.eventTimestamp = this.timestampAt(tick);
    this.lastTick = tick;
    this.source = undefined;
    return this.packet(payloadType, first, this.eventTimestamp, payload);
  }

  /** A packet of another leg, named by `source`: it keeps its distance in time to those before it. */
  pass(tick: number, source: number, header: RtpHeader, payloadType: number, payload: Uint8Array): Buffer {
    const switched = this.source !== source;
    if (switched) {
      this.source = source;
      this.timestampShift = this.timestampAt(tick) - header.timestamp;
    }
    const timestamp = (header.timestamp + this.timestampShift) >>> 0;
    this.lastTick = -2;
    if (((timestamp - this.lastTimestamp) | 0) > 0) this.lastTimestamp = timestamp;
    return this.packet(payloadType, switched || header.marker, timestamp, payload);
  }

  private packet(payloadType: number, marker: boolean, timestamp: number, payload: Uint8Array): Buffer {
    const packet = Buffer.allocUnsafe(rtpHeaderBytes + payload.length);
    writeRtpHeader(packet, payloadType, marker, this.sequence, timestamp, this.ssrc);
    packet.set(payload, rtpHeaderBytes);
    this.sequence = (this.sequence + 1) & 0xffff;
    return packet;
  }

  /** Of this tick, or later where another source was ahead of our clock. */
  private timestampAt(tick: number): number {
    const due = (this.timestampBase + tick * frameSamples) >>> 0;
    const next = (this.lastTimestamp + frameSamples) >>> 0;
    this.lastTimestamp = ((due - this.lastTimestamp) | 0) > 0 ? due : next;
    return this.lastTimestamp;
  }
}
