import { assertNever } from '../../../control/base/result.ts';
import type { CallStream } from '../correlate/call.ts';
import type { Traced } from '../correlate/trace.ts';
import type { ConnectionEvent, MalformedEvent, WireEvent } from '../events/wire-event.ts';
import type { Unmasking } from '../mask/sip.ts';
import { sipLines } from '../mask/sip.ts';
import { pduLines } from '../mask/smpp.ts';
import { endpointText } from '../packets/endpoint.ts';
import { describeSip, transmissionKey } from './describe-sip.ts';
import type { Description } from './describe-sip.ts';
import { describeSmpp } from './describe-smpp.ts';
import type { Arrow, Ladder, Participant, Remark, Row, Sound } from './ladder.ts';
import { Participants } from './participants.ts';
import type { NameOf } from './participants.ts';

/** How a ladder is made. */
export interface LadderOptions {
  readonly title: string;
  readonly nameOf: NameOf;
  /** What may be seen of what passed. */
  readonly unmasking: Unmasking;
}

/** How many transmissions are remembered to tell a repetition. */
const rememberedMax = 5000;
const encryptedNamedMax = 4;

/** Makes rows of events as they come. */
export class LadderBuilder {
  private readonly columns: Participants;
  private readonly unmasking: Unmasking;
  private readonly sent = new Set<string>();

  constructor({ nameOf, unmasking }: Omit<LadderOptions, 'title'>) {
    this.columns = new Participants(nameOf);
    this.unmasking = unmasking;
  }

  get participants(): readonly Participant[] {
    return this.columns.list();
  }

  /** An event's row; undefined for sound, which a trace sums up. */
  row(event: WireEvent): Arrow | Remark | undefined {
    switch (event.kind) {
      case 'sip': {
        const again = this.isAgain(event, transmissionKey(event.message));
        const lines = sipLines(event.message, this.unmasking);
        return this.arrow(event, 'sip', describeSip(event.message), lines, again ? ['sent again'] : []);
      }
      case 'smpp':
        return this.arrow(event, 'smpp', describeSmpp(event.pdu), pduLines(event.pdu, this.unmasking), []);
      case 'malformed':
        return this.malformed(event);
      case 'connection':
        return this.connection(event);
      case 'rtp':
      case 'rtcp':
        return undefined;
      default:
        return assertNever(event);
    }
  }

  sound(stream: CallStream): Sound {
    const { statistics, reported, clockRate, firstUs, lastUs } = stream;
    const ms = (units: number): number => round((units * 1000) / clockRate);
    return {
      kind: 'sound',
      timeUs: firstUs,
      from: this.columns.atMedia(stream.source, stream.from),
      to: this.columns.atMedia(stream.destination, stream.to),
      source: endpointText(stream.source),
      destination: endpointText(stream.destination),
      ssrc: stream.ssrc,
      codecs: stream.codecs,
      secure: stream.secure,
      packets: statistics.received,
      expected: statistics.expected,
      lost: statistics.lost,
      late: statistics.late,
      jitterMs: ms(statistics.jitterUnits),
      jitterMeanMs: ms(statistics.jitterMeanUnits),
      jitterMaxMs: ms(statistics.jitterMaxUnits),
      gapMaxMs: round(statistics.gapMaxUs / 1000),
      durationMs: round((lastUs - firstUs) / 1000),
      reported:
        reported === undefined || stream.secure
          ? null
          : {
              lost: reported.lost,
              fractionLost: round(reported.fractionLost / 256),
              jitterMs: ms(reported.jitterUnits),
            },
    };
  }

  private arrow(
    event: WireEvent,
    protocol: Arrow['protocol'],
    { label, detail, tone }: Description,
    lines: readonly string[],
    notes: readonly string[],
  ): Arrow {
    const { timeUs, transport, source, destination } = event;
    return {
      kind: 'arrow',
      timeUs,
      from: this.columns.at(source),
      to: this.columns.at(destination),
      protocol,
      transport,
      source: endpointText(source),
      destination: endpointText(destination),
      label,
      detail,
      notes,
      tone,
      lines,
    };
  }

  private malformed(event: MalformedEvent): Arrow {
    const { fault } = event;
    const note = `cannot be read: ${fault.code}`;
    const message = fault.protocol === 'sip' ? fault.message : undefined;
    const description = message && describeSip(message);
    const label = description?.label ?? `${fault.protocol.toUpperCase()} message`;
    const lines = message === undefined ? [] : sipLines(message, this.unmasking);
    return this.arrow(
      event,
      fault.protocol,
      { label, detail: description?.detail ?? '', tone: 'failure' },
      lines,
      [note],
    );
  }

  private connection(event: ConnectionEvent): Arrow | Remark {
    const { timeUs } = event;
    switch (event.what) {
      case 'opening':
        return this.arrow(event, 'tcp', { label: 'TCP SYN', detail: '', tone: 'quiet' }, [], []);
      case 'opened':
        return this.arrow(event, 'tcp', { label: 'TCP SYN ACK', detail: '', tone: 'quiet' }, [], []);
      case 'closing':
        return this.arrow(event, 'tcp', { label: 'TCP FIN', detail: '', tone: 'quiet' }, [], []);
      case 'reset':
        return this.arrow(event, 'tcp', { label: 'TCP RST', detail: '', tone: 'failure' }, [], []);
      case 'encrypted':
        return { kind: 'remark', timeUs, text: `${between(event)}: TLS begins` };
      case 'gap':
        return { kind: 'remark', timeUs, text: `${between(event)}: packets are missing in the capture` };
      default:
        return assertNever(event.what);
    }
  }

  /** Only datagrams are sent again by those who speak SIP (RFC 3261 §17.1.1.2). */
  private isAgain(event: WireEvent, key: string): boolean {
    if (event.transport !== 'udp') return false;
    const whole = `${between(event)} ${key}`;
    if (this.sent.has(whole)) return true;
    if (this.sent.size >= rememberedMax) this.sent.clear();
    this.sent.add(whole);
    return false;
  }
}

const between = ({ source, destination }: Pick<WireEvent, 'source' | 'destination'>): string =>
  `${endpointText(source)} to ${endpointText(destination)}`;

const round = (value: number): number => Math.round(value * 1000) / 1000;

/** The ladder of a whole trace. */
export function buildLadder(traced: Traced, options: LadderOptions): Ladder {
  const builder = new LadderBuilder(options);
  const rows: Row[] = traced.events.flatMap((event) => builder.row(event) ?? []);
  rows.push(...traced.streams.map((stream) => builder.sound(stream)));
  rows.sort((a, b) => a.timeUs - b.timeUs);
  const remarks: string[] = [];
  if (traced.left > 0) remarks.push(`${traced.left} more events are left out`);
  if (traced.encrypted.length > 0) {
    const named = traced.encrypted.slice(0, encryptedNamedMax).map(between);
    const more = traced.encrypted.length - named.length;
    const list = `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    remarks.push(`what passed on connections with TLS cannot be read from a capture: ${list}`);
  }
  return { title: options.title, participants: builder.participants, rows, remarks };
}
