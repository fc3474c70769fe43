import type { StreamPiece } from '../packets/tcp-stream.ts';
import { TcpStream } from '../packets/tcp-stream.ts';
import type { CapturedPacket } from '../packets/packet.ts';
import type { TcpSegment } from '../packets/transport.ts';
import { StreamReader } from './stream-reader.ts';
import type { Utterance } from './stream-reader.ts';
import type { ConnectionEvent, Passage, WireEvent } from './wire-event.ts';

/** How many directions of connections are followed, and how much they may keep; the longest silent one gives way. */
const directionsMax = 4096;
const bufferedMax = 64 * 1024 * 1024;

type Ends = Pick<Passage, 'source' | 'destination'>;

interface Direction {
  readonly ends: Ends;
  readonly stream: TcpStream;
  reader: StreamReader;
  buffered: number;
}

/** All TCP connections of a capture. */
export class Connections {
  /** The longest silent first. */
  private readonly directions = new Map<string, Direction>();
  private buffered = 0;

  push(key: string, ends: Ends, segment: TcpSegment, packet: CapturedPacket): readonly WireEvent[] {
    const events: WireEvent[] = [];
    const direction = this.directionAt(key, ends);
    if (segment.syn) {
      direction.reader = new StreamReader();
      events.push(happened(ends, segment.ack ? 'opened' : 'opening', packet));
    }
    const pieces = direction.stream.push(segment, packet);
    for (const piece of pieces) events.push(...read(direction, piece));
    if (segment.rst) events.push(happened(ends, 'reset', packet));
    else if (segment.fin) events.push(happened(ends, 'closing', packet));
    this.account(direction);
    events.push(...this.shed());
    return events;
  }

  /** What still waits behind holes in the capture. */
  end(): readonly WireEvent[] {
    const events: WireEvent[] = [];
    for (const direction of this.directions.values()) events.push(...finish(direction));
    this.directions.clear();
    this.buffered = 0;
    return events;
  }

  private directionAt(key: string, ends: Ends): Direction {
    const known = this.directions.get(key);
    const direction = known ?? { ends, stream: new TcpStream(), reader: new StreamReader(), buffered: 0 };
    if (known !== undefined) this.directions.delete(key);
    this.directions.set(key, direction);
    return direction;
  }

  private account(direction: Direction): void {
    const now = direction.stream.buffered + direction.reader.buffered;
    this.buffered += now - direction.buffered;
    direction.buffered = now;
  }

  private shed(): readonly WireEvent[] {
    const events: WireEvent[] = [];
    for (const [key, direction] of this.directions) {
      if (this.directions.size <= directionsMax && this.buffered <= bufferedMax) break;
      this.directions.delete(key);
      this.buffered -= direction.buffered;
      events.push(...finish(direction));
    }
    return events;
  }
}

const finish = (direction: Direction): readonly WireEvent[] =>
  direction.stream.end().flatMap((piece) => read(direction, piece));

function read({ reader, ends }: Direction, piece: StreamPiece): readonly WireEvent[] {
  if (piece.kind === 'gap') {
    const heard = reader.listening;
    reader.skip();
    // A hole in what nobody listens to is no news.
    return heard ? [{ kind: 'connection', what: 'gap', ...passage(ends, piece.timeUs, []) }] : [];
  }
  return reader
    .push(piece.bytes, piece.packet)
    .map(({ utterance, frames }) => eventOf(utterance, passage(ends, piece.timeUs, frames)));
}

function eventOf(utterance: Utterance, at: Passage): WireEvent {
  return utterance.kind === 'encrypted'
    ? { kind: 'connection', what: 'encrypted', ...at }
    : { ...utterance, ...at };
}

const passage = (ends: Ends, timeUs: number, frames: readonly CapturedPacket[]): Passage => ({
  timeUs,
  transport: 'tcp',
  source: ends.source,
  destination: ends.destination,
  frames,
});

const happened = (ends: Ends, what: ConnectionEvent['what'], packet: CapturedPacket): WireEvent => ({
  kind: 'connection',
  what,
  ...passage(ends, packet.timeUs, [packet]),
});
