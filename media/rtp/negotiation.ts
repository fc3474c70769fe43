import { isIP } from 'node:net';
import { fail, ok } from '../../control/base/result.ts';
import type { Result } from '../../control/base/result.ts';
import type { Codec, LegOptions, SdpRefusal } from '../media.ts';
import { readSdp } from './sdp-read.ts';
import { writeSdp, type OurSession } from './sdp-write.ts';
import { eventsPayloadType, mirrored, sends } from './session.ts';
import type { Agreed, Direction, PeerAudio, PeerLine, RtpAddress, SrtpKey } from './session.ts';

export interface OurEnd {
  readonly sessionId: number;
  /** What peers are told: one of these, the first unless the peer's own is of another family. */
  readonly addresses: readonly string[];
  readonly port: number;
}

/** A peer's offer that can be answered: first `agreed` is put into effect, then `write` gives the answer. */
export interface Answerable {
  readonly agreed: Agreed;
  /** Which of our addresses it is about. */
  readonly home: number;
  /** `srtp` is our key, given exactly where `agreed.srtp` is. */
  readonly write: (srtp: SrtpKey | undefined) => string;
}

/**
 * Offers and answers of one leg (RFC 3264): what was agreed last, and the version of what we said last. Knows nothing
 * of packets; a refused offer or answer leaves everything as it was.
 */
export class Negotiation {
  private readonly options: Pick<LegOptions, 'codecs' | 'srtp'>;
  private readonly end: OurEnd;
  private version = 0;
  private lastSaid = '';
  private home: number;
  private offered: Direction = 'sendrecv';
  private last: Agreed | undefined;

  /** `home` is which of our addresses is offered. */
  constructor(options: Pick<LegOptions, 'codecs' | 'srtp'>, end: OurEnd, home = 0) {
    this.options = options;
    this.end = end;
    this.home = home;
  }

  get agreed(): Agreed | undefined {
    return this.last;
  }

  /** `srtp` is our key where SRTP is offered. */
  offer(direction: Direction, srtp: SrtpKey | undefined): string {
    this.offered = direction;
    const write = (version: number): string =>
      writeSdp(this.session(version), {
        port: this.end.port,
        direction,
        codecs: this.options.codecs,
        events: this.last === undefined ? eventsPayloadType : (this.last.events ?? eventsPayloadType),
        // Asking for comfort noise would invite gaps where there need be none.
        comfortNoise: false,
        srtp,
        profile: srtp === undefined ? 'RTP/AVP' : 'RTP/SAVP',
        mid: undefined,
      });
    this.lastSaid = write(++this.version);
    return this.lastSaid;
  }

  answer(offer: string): Result<Answerable, SdpRefusal> {
    const chosen = this.choose(offer);
    if (!chosen.ok) return chosen;
    const { lines, at, audio } = chosen.value;
    const common = this.options.codecs.filter((codec) => audio.codecs.includes(codec));
    // What was agreed before stays where the peer still names it: no change of codec in mid-call without need.
    const codec = common.find((name) => name === this.last?.codec) ?? common[0];
    if (codec === undefined) return fail('no-common-codec');
    const home = this.homeToward(audio.address);
    if (home === undefined) return fail('no-common-address');
    const direction = this.answering(audio);
    const agreed: Agreed = {
      codec,
      codecs: [codec],
      events: audio.events,
      comfortNoise: audio.comfortNoise,
      address: audio.address,
      direction,
      srtp: audio.srtp,
    };
    const write = (srtp: SrtpKey | undefined): string => {
      this.last = agreed;
      this.home = home;
      return this.say((version) =>
        writeSdp(
          this.session(version),
          {
            port: this.end.port,
            direction,
            codecs: agreed.codecs,
            events: agreed.events,
            comfortNoise: agreed.comfortNoise,
            srtp,
            profile: audio.profile,
            mid: audio.mid,
          },
          lines,
          at,
        ),
      );
    };
    return ok({ agreed, home, write });
  }

  accept(answer: string): Result<Agreed, SdpRefusal> {
    const chosen = this.choose(answer);
    if (!chosen.ok) return chosen;
    const { audio } = chosen.value;
    const codecs: readonly Codec[] = audio.codecs.filter((codec) => this.options.codecs.includes(codec));
    const codec = codecs[0];
    if (codec === undefined) return fail('no-common-codec');
    if (this.homeToward(audio.address) === undefined) return fail('no-common-address');
    const peer = mirrored(audio.address === undefined ? 'inactive' : audio.direction);
    this.last = {
      codec,
      codecs,
      events: audio.events,
      comfortNoise: false,
      address: audio.address,
      direction: narrower(this.offered, peer),
      srtp: audio.srtp,
    };
    return ok(this.last);
  }

  private session(version: number): OurSession {
    const { sessionId, addresses } = this.end;
    return { sessionId, version, address: addresses[this.home] ?? '' };
  }

  /** Which of our addresses reaches the peer's; what we have said of ours stands as long as the session (RFC 4566 §5.2). */
  private homeToward(peer: RtpAddress | undefined): number | undefined {
    const { addresses } = this.end;
    const reaches = (address: string | undefined): boolean =>
      peer === undefined || isIP(address ?? '') === isIP(peer.ip);
    if (reaches(addresses[this.home])) return this.home;
    const other = this.lastSaid === '' ? addresses.findIndex(reaches) : -1;
    return other < 0 ? undefined : other;
  }

  /** The audio line that we can take, and where it stands. */
  private choose(
    text: string,
  ): Result<
    { readonly lines: readonly PeerLine[]; readonly at: number; readonly audio: PeerAudio },
    SdpRefusal
  > {
    const read = readSdp(text);
    if (!read.ok) return read;
    const lines = read.value;
    const wantsSrtp = this.options.srtp === 'offer';
    let refusal: SdpRefusal = 'no-audio';
    for (const preferSrtp of [true, false]) {
      for (const [at, line] of lines.entries()) {
        if (line.kind !== 'audio') continue;
        const secure = line.audio.profile.startsWith('RTP/S');
        const usable = secure ? this.options.srtp !== 'never' && line.audio.srtp !== undefined : !wantsSrtp;
        if (!usable) refusal = 'encryption-required';
        else if (secure === preferSrtp) return ok({ lines, at, audio: line.audio });
      }
    }
    return fail(refusal);
  }

  private answering(audio: PeerAudio): Direction {
    const direction = mirrored(audio.direction);
    // Hold as RFC 2543 had it: no address, but perhaps `sendrecv`.
    if (audio.address === undefined && sends(direction))
      return direction === 'sendonly' ? 'inactive' : 'recvonly';
    return direction;
  }

  /** RFC 3264 section 8: the version rises by one when the body changes, and only then. */
  private say(write: (version: number) => string): string {
    const same = this.lastSaid !== '' && write(this.version) === this.lastSaid;
    if (!same) this.lastSaid = write(++this.version);
    return this.lastSaid;
  }
}

/** What both allow. */
function narrower(ours: Direction, peers: Direction): Direction {
  const send = sends(ours) && sends(peers);
  const receive =
    (ours === 'sendrecv' || ours === 'recvonly') && (peers === 'sendrecv' || peers === 'recvonly');
  if (send) return receive ? 'sendrecv' : 'sendonly';
  return receive ? 'recvonly' : 'inactive';
}
