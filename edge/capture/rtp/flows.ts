import type { RtcpEvent, RtpEvent } from '../events/wire-event.ts';
import type { ReceptionReport } from '../events/rtcp.ts';
import type { Endpoint } from '../packets/endpoint.ts';
import { endpointText } from '../packets/endpoint.ts';
import type { Encoding } from './sdp.ts';
import { fixedEncoding } from './sdp.ts';
import { RtpStatistics } from './statistics.ts';

/** Packets of one source between two ends. */
export interface RtpFlow {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly ssrc: number;
  readonly firstUs: number;
  lastUs: number;
  /** Packets by payload type. */
  readonly payloadTypes: Map<number, number>;
  readonly statistics: RtpStatistics;
  clockRate: number;
  /** What the other side has reported last. */
  reported: ReceptionReport | undefined;
}

/** How many flows are counted at once; the longest silent one gives way. */
const flowsMax = 8192;
/** What is neither fixed nor known from an SDP: nearly all telephony has it. */
const usualClockRate = 8000;

/** Tells what a payload type means where its stream goes to; undefined where no SDP has told. */
export type EncodingOf = (
  flow: Pick<RtpFlow, 'source' | 'destination'>,
  payloadType: number,
) => Encoding | undefined;

/** Counts every RTP stream of a capture: which of them belong to a call may be known only later. */
export class RtpFlows implements Iterable<RtpFlow> {
  /** The longest silent first. */
  private readonly flows = new Map<string, RtpFlow>();
  private readonly encodingOf: EncodingOf;

  constructor(encodingOf: EncodingOf) {
    this.encodingOf = encodingOf;
  }

  add({ rtp, source, destination, timeUs }: RtpEvent): RtpFlow {
    const key = flowKey(rtp.ssrc, source, destination);
    const known = this.flows.get(key);
    const flow = known ?? newFlow(rtp.ssrc, source, destination, timeUs);
    if (known !== undefined) this.flows.delete(key);
    this.flows.set(key, flow);
    if (this.flows.size > flowsMax) {
      const [oldest = ''] = this.flows.keys();
      this.flows.delete(oldest);
    }
    flow.lastUs = timeUs;
    const { payloadType } = rtp;
    flow.payloadTypes.set(payloadType, (flow.payloadTypes.get(payloadType) ?? 0) + 1);
    const encoding = this.encodingOf(flow, payloadType) ?? fixedEncoding(payloadType);
    const paced = encoding?.name !== 'TELEPHONE-EVENT';
    if (paced) flow.clockRate = encoding?.clockRate ?? usualClockRate;
    flow.statistics.add(rtp, timeUs, flow.clockRate, paced);
    return flow;
  }

  /** Notes what a receiver says of the streams that go to it: RTCP comes from the port above RTP's, or the same. */
  report({ reports, source, destination }: RtcpEvent): void {
    for (const { reception } of reports) {
      for (const block of reception) {
        for (const port of [0, 1]) {
          const to = { address: source.address, port: source.port - port };
          const from = { address: destination.address, port: destination.port - port };
          const flow = this.flows.get(flowKey(block.ssrc, from, to));
          if (flow !== undefined) flow.reported = block;
        }
      }
    }
  }

  [Symbol.iterator](): Iterator<RtpFlow> {
    return this.flows.values();
  }
}

const flowKey = (ssrc: number, source: Endpoint, destination: Endpoint): string =>
  `${ssrc} ${endpointText(source)} ${endpointText(destination)}`;

const newFlow = (ssrc: number, source: Endpoint, destination: Endpoint, timeUs: number): RtpFlow => ({
  source,
  destination,
  ssrc,
  firstUs: timeUs,
  lastUs: timeUs,
  payloadTypes: new Map(),
  statistics: new RtpStatistics(),
  clockRate: usualClockRate,
  reported: undefined,
});
