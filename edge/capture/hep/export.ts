import { writeMessage } from '../../sip/message/write.ts';
import { encode } from '../../smpp/encode.ts';
import type { Pdu } from '../../smpp/pdu.ts';
import { Dissector } from '../events/dissector.ts';
import type { RtcpReport } from '../events/rtcp.ts';
import type { SipEvent, WireEvent } from '../events/wire-event.ts';
import { canonicalAddress } from '../packets/ip.ts';
import { endpointText, type Endpoint } from '../packets/endpoint.ts';
import type { CapturedPacket } from '../packets/packet.ts';
import { encodeHep, hepProtocol, type HepPacket } from './hep.ts';

export interface HepSettings {
  readonly id: number;
  readonly password?: string | undefined;
  /** Under which SMPP is sent; 0: it is not. */
  readonly smppProtocol: number;
}

/** Ends of sound whose call is known; the oldest are forgotten first. */
const soundMax = 20_000;

/** Turns captured packets into what Homer takes: SIP as it was said, RTCP reports with their call, SMPP if wanted. */
export class HepExport {
  private readonly settings: HepSettings;
  private readonly dissector = new Dissector();
  /** Call-IDs by the ends that their SDP names. */
  private readonly calls = new Map<string, string>();

  constructor(settings: HepSettings) {
    this.settings = settings;
  }

  /** The datagrams to be sent for one more packet. */
  push(packet: CapturedPacket): readonly Buffer[] {
    return this.dissector.push(packet).flatMap((event) => {
      const said = this.said(event);
      if (said === undefined) return [];
      const { id: agent, password = '' } = this.settings;
      const { timeUs, transport, source, destination } = event;
      const bytes = encodeHep({ timeUs, transport, source, destination, agent, password, ...said });
      return bytes === undefined ? [] : [bytes];
    });
  }

  private said(event: WireEvent): Pick<HepPacket, 'protocol' | 'correlation' | 'payload'> | undefined {
    switch (event.kind) {
      case 'sip': {
        const correlation = event.message.headers.get('call-id') ?? '';
        this.learn(event, correlation);
        return { protocol: hepProtocol.sip, correlation, payload: writeMessage(event.message) };
      }
      case 'rtcp': {
        const [report] = event.reports.filter(({ kind }) => kind !== 'bye');
        if (report === undefined) return undefined;
        const correlation = this.callAt(event.source) ?? this.callAt(event.destination) ?? '';
        return { protocol: hepProtocol.rtcp, correlation, payload: rtcpJson(report) };
      }
      case 'smpp': {
        const { smppProtocol: protocol } = this.settings;
        const written = protocol === 0 ? undefined : encode(withoutPassword(event.pdu));
        return written?.ok ? { protocol, correlation: '', payload: written.value } : undefined;
      }
      case 'rtp':
      case 'malformed':
      case 'connection':
        return undefined;
    }
  }

  private callAt(end: Endpoint): string | undefined {
    return this.calls.get(endpointText(end));
  }

  /** RTCP comes beside RTP, one port higher (RFC 3550 section 11), or with it (RFC 5761). */
  private learn({ message }: SipEvent, callId: string): void {
    for (const { address, port } of soundOf(message.body)) {
      for (const one of [port, port + 1]) {
        const end = endpointText({ address, port: one });
        this.calls.delete(end);
        this.calls.set(end, callId);
      }
    }
    for (const end of this.calls.keys()) {
      if (this.calls.size <= soundMax) break;
      this.calls.delete(end);
    }
  }
}

const sdpMax = 16_384;

/** Where an SDP wants sound (RFC 4566 sections 5.7 and 5.14); none if the body is no SDP. */
function soundOf(body: Buffer): readonly Endpoint[] {
  if (body.length > sdpMax || body.subarray(0, 2).toString('latin1') !== 'v=') return [];
  const ends: Endpoint[] = [];
  let address = '';
  for (const line of body.toString('latin1').split(/\r?\n/)) {
    const connection = /^c=IN IP[46] ([0-9a-fA-F.:]{2,45})/.exec(line)?.[1];
    const port = /^m=audio (\d{1,5}) /.exec(line)?.[1];
    if (connection !== undefined) {
      address = canonicalAddress(connection);
      // A line of its own for this sound replaces the one for all.
      const last = ends.at(-1);
      if (last !== undefined) ends[ends.length - 1] = { ...last, address };
    }
    if (port !== undefined) ends.push({ address, port: Number(port) });
  }
  return ends.filter((end) => end.address !== '' && end.port > 0);
}

const numbers = { sender: 200, receiver: 201, bye: 203 } as const;

/** As Homer's own agents write it. */
const rtcpJson = ({ kind, ssrc, reception }: RtcpReport): Buffer =>
  Buffer.from(
    JSON.stringify({
      type: numbers[kind],
      ssrc,
      report_count: reception.length,
      report_blocks: reception.map((block) => ({
        source_ssrc: block.ssrc,
        fraction_lost: block.fractionLost,
        packets_lost: block.lost,
        highest_seq_no: block.highestSequence,
        ia_jitter: block.jitterUnits,
      })),
    }),
  );

/** Whatever else leaves this machine, passwords do not. */
const withoutPassword = (pdu: Pdu): Pdu => ({
  ...pdu,
  values: pdu.values.map((value, index) => (pdu.command.fields[index]?.name === 'password' ? '' : value)),
});
