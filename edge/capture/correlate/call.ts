import { callId, contentType } from '../../sip/message/fields.ts';
import type { SipMessage } from '../../sip/message/message.ts';
import type { WireEvent } from '../events/wire-event.ts';
import { endpointText } from '../packets/endpoint.ts';
import type { Endpoint } from '../packets/endpoint.ts';
import { RtpFlows } from '../rtp/flows.ts';
import type { RtpFlow } from '../rtp/flows.ts';
import { mediaLines } from '../rtp/sdp.ts';
import type { Encoding, MediaLine } from '../rtp/sdp.ts';
import { Strangers } from './strangers.ts';
import type { CallSubject } from './subject.ts';

/** How many ends of media a call may announce; one that goes on for hours offers anew now and then. */
const mediaMax = 512;
/** Sound may come before its SDP has been seen, and a little after the BYE. */
const earlyUs = 5e6;
const lateUs = 5e6;

/** An end of media, and who has announced it. */
export interface AnnouncedMedia {
  readonly line: MediaLine;
  readonly announcer: Endpoint;
}

/** One stream of sound of a call. */
export interface CallStream extends RtpFlow {
  /** By payload types, the most frequent first: `PCMU`, or `type 96` where no SDP tells. */
  readonly codecs: readonly string[];
  readonly secure: boolean;
  /** Whose signalling has announced its ends; undefined where none has, as behind a NAT. */
  readonly from: Endpoint | undefined;
  readonly to: Endpoint | undefined;
}

/** Finds the signalling and the sound of one call among all that passes. */
export class CallMatcher {
  private readonly callIds: Set<string>;
  /** While further legs may begin. */
  private readonly strangers: Strangers | undefined;
  private readonly media = new Map<string, AnnouncedMedia>();
  private readonly flows = new RtpFlows((flow, payloadType) => this.encodingOf(flow, payloadType));
  private firstUs = Infinity;
  private lastUs = -Infinity;

  constructor(subject: CallSubject) {
    this.callIds = new Set(subject.callIds);
    this.strangers = subject.grows === true ? new Strangers() : undefined;
  }

  /** Further legs belong. Gives what has passed of them by now. */
  learn(callIds: readonly string[]): readonly WireEvent[] {
    const added = callIds.filter((id) => !this.callIds.has(id));
    for (const id of added) this.callIds.add(id);
    return added.flatMap((id) => this.strangers?.take(id) ?? []).flatMap((event) => this.push(event));
  }

  push(event: WireEvent): readonly WireEvent[] {
    switch (event.kind) {
      case 'sip':
        return this.signalling(event, event.message);
      case 'malformed':
        return event.fault.protocol === 'sip' && event.fault.message !== undefined
          ? this.signalling(event, event.fault.message)
          : [];
      case 'rtp':
        this.flows.add(event);
        return [];
      case 'rtcp':
        this.flows.report(event);
        return [];
      case 'smpp':
      case 'connection':
        return [];
    }
  }

  /** The streams between ends that the call's SDP has announced, while it went on. */
  streams(): readonly CallStream[] {
    const found: CallStream[] = [];
    for (const flow of this.flows) {
      const ends = this.endsOf(flow);
      const inTime = flow.lastUs >= this.firstUs - earlyUs && flow.firstUs <= this.lastUs + lateUs;
      if (ends.to === undefined && ends.from === undefined) continue;
      if (!inTime) continue;
      found.push({
        ...flow,
        codecs: this.codecsOf(flow),
        secure: (ends.to ?? ends.from)?.line.secure === true,
        from: ends.from?.announcer,
        to: ends.to?.announcer,
      });
    }
    return found.sort((a, b) => a.firstUs - b.firstUs);
  }

  /** Whether an RTP or RTCP packet passes between ends of this call, as far as its SDP has been seen. */
  isMedia(event: WireEvent): boolean {
    if (event.kind !== 'rtp' && event.kind !== 'rtcp') return false;
    const shifts = event.kind === 'rtp' ? [0] : [0, 1];
    return [event.source, event.destination].some(({ address, port }) =>
      shifts.some((shift) => this.media.has(endpointText({ address, port: port - shift }))),
    );
  }

  private signalling(event: WireEvent, message: SipMessage): readonly WireEvent[] {
    const id = callId(message);
    if (id === undefined) return [];
    if (!this.callIds.has(id)) {
      this.strangers?.add(id, event);
      return [];
    }
    this.firstUs = Math.min(this.firstUs, event.timeUs);
    this.lastUs = Math.max(this.lastUs, event.timeUs);
    if (contentType(message) === 'application/sdp') {
      for (const line of mediaLines(message.body)) {
        if (line.endpoint.port === 0 || this.media.size >= mediaMax) continue;
        this.media.set(endpointText(line.endpoint), { line, announcer: event.source });
      }
    }
    return [event];
  }

  private endsOf(flow: Pick<RtpFlow, 'source' | 'destination'>): {
    readonly from: AnnouncedMedia | undefined;
    readonly to: AnnouncedMedia | undefined;
  } {
    return {
      from: this.media.get(endpointText(flow.source)),
      to: this.media.get(endpointText(flow.destination)),
    };
  }

  /** Who receives has said which numbers stand for what (RFC 3264 §5.1); often both sides say the same. */
  private encodingOf(flow: Pick<RtpFlow, 'source' | 'destination'>, type: number): Encoding | undefined {
    const { from, to } = this.endsOf(flow);
    return to?.line.encodings.get(type) ?? from?.line.encodings.get(type);
  }

  private codecsOf(flow: RtpFlow): readonly string[] {
    return [...flow.payloadTypes]
      .sort(([, a], [, b]) => b - a)
      .map(([type]) => this.encodingOf(flow, type)?.name ?? `type ${type}`);
  }
}
