import { assertNever } from '../../../control/base/result.ts';
import type { WireEvent } from '../events/wire-event.ts';
import { endpointText, type Endpoint } from '../packets/endpoint.ts';
import { CallMatcher } from './call.ts';
import type { CallStream } from './call.ts';
import { MessageMatcher } from './message.ts';
import type { LinkSubject, Subject } from './subject.ts';

/** How many events a trace keeps. Of a link the last, which tell how it is now; of the others the first. */
const eventsMax = 5000;
/** How many encrypted connections are noted, and how many whose messages were told. */
const encryptedMax = 32;
const toldMax = 4096;

/** What a capture holds of one subject. */
export interface Traced {
  /** In the order of time. */
  readonly events: readonly WireEvent[];
  /** Events beyond what is kept. */
  readonly left: number;
  readonly streams: readonly CallStream[];
  /** Connections of the capture that TLS hides, and whose messages nobody told: what is missing may have passed there. */
  readonly encrypted: readonly { readonly source: Endpoint; readonly destination: Endpoint }[];
}

interface Matcher {
  push(event: WireEvent): readonly WireEvent[];
  end(): readonly WireEvent[];
  streams(): readonly CallStream[];
  isMedia(event: WireEvent): boolean;
  learn(callIds: readonly string[]): readonly WireEvent[];
}

/** Picks out of all events those of one call, one message, or one link, and keeps them. */
export class Trace {
  private readonly matcher: Matcher;
  private readonly keepsLast: boolean;
  private events: WireEvent[] = [];
  private left = 0;
  private readonly encrypted: Traced['encrypted'][number][] = [];
  /** Connections under TLS whose messages were told. */
  private readonly told = new Set<string>();

  constructor(subject: Subject) {
    this.matcher = matcherOf(subject);
    this.keepsLast = subject.kind === 'link';
  }

  /** Gives what is now known to belong, which may have passed before: for who follows live. Sound is not among it. */
  push(event: WireEvent): readonly WireEvent[] {
    if (event.kind === 'connection' && event.what === 'encrypted' && this.encrypted.length < encryptedMax)
      this.encrypted.push({ source: event.source, destination: event.destination });
    if (event.transport === 'tls' && this.told.size < toldMax) this.told.add(connectionOf(event));
    return this.keep(this.matcher.push(event));
  }

  /** Further legs of a call that grows; gives what of them has passed by now. */
  learn(callIds: readonly string[]): readonly WireEvent[] {
    return this.keep(this.matcher.learn(callIds));
  }

  /** Whether a packet of sound belongs, as far as the call's SDP has been seen: for a second reading of a capture. */
  isMedia(event: WireEvent): boolean {
    return this.matcher.isMedia(event);
  }

  /** Everything, when no more events come. */
  end(): Traced {
    this.keep(this.matcher.end());
    return {
      events: this.events.toSorted((a, b) => a.timeUs - b.timeUs),
      left: this.left,
      streams: this.matcher.streams(),
      encrypted: this.encrypted.filter((connection) => !this.told.has(connectionOf(connection))),
    };
  }

  private keep(events: readonly WireEvent[]): readonly WireEvent[] {
    for (const event of events) {
      if (this.events.length < eventsMax) this.events.push(event);
      else this.left++;
      if (!this.keepsLast || this.events.length < eventsMax) continue;
      // Half at a time, so that a long link costs no more for each event.
      this.left += eventsMax / 2;
      this.events = this.events.slice(eventsMax / 2);
    }
    return events;
  }
}

/** The same for both directions. */
const connectionOf = ({ source, destination }: Pick<WireEvent, 'source' | 'destination'>): string =>
  [source, destination].map(endpointText).sort().join(' ');

function matcherOf(subject: Subject): Matcher {
  switch (subject.kind) {
    case 'call': {
      const call = new CallMatcher(subject);
      return {
        push: (event) => call.push(event),
        end: () => [],
        streams: () => call.streams(),
        isMedia: (event) => call.isMedia(event),
        learn: (callIds) => call.learn(callIds),
      };
    }
    case 'message': {
      const message = new MessageMatcher(subject);
      return { ...soundless, push: (event) => message.push(event), end: () => message.end() };
    }
    case 'link':
      return { ...soundless, push: (event) => (isOnLink(subject, event) ? [event] : []), end: () => [] };
    default:
      return assertNever(subject);
  }
}

const soundless = { streams: () => [], isMedia: () => false, learn: () => [] };

const isOnLink = ({ remotes }: LinkSubject, event: WireEvent): boolean =>
  event.kind !== 'rtp' &&
  event.kind !== 'rtcp' &&
  remotes.some(({ address, port }) =>
    [event.source, event.destination].some(
      (end) => end.address === address && (port === undefined || end.port === port),
    ),
  );
