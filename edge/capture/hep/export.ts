import { writeMessage } from '../../sip/message/write.ts';
import { encode } from '../../smpp/encode.ts';
import type { Pdu } from '../../smpp/pdu.ts';
import { Dissector } from '../events/dissector.ts';
import type { RtcpReport } from '../events/rtcp.ts';
import type { SipEvent, WireEvent } from '../events/wire-event.ts';
import { endpointText, type Endpoint } from '../packets/endpoint.ts';
import type { CapturedPacket } from '../packets/packet.ts';
import { mediaLines } from '../rtp/sdp.ts';
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
      const { timeUs, source, destination } = event;
      const transport = event.transport === 'udp' ? 'udp' : 'tcp';
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
    for (const { endpoint } of mediaLines(message.body)) {
      if (endpoint.port === 0) continue;
      for (const port of [endpoint.port, endpoint.port + 1]) {
        const end = endpointText({ address: endpoint.address, port });
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
