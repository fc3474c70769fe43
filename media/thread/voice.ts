import { silentFrame } from '../audio/frame.ts';
import type { Codec } from '../media.ts';
import type { Negotiation } from '../rtp/negotiation.ts';
import type { RtpEnd } from '../rtp/rtp-end.ts';
import { eventsPayloadType, payloadTypeOf, sends } from '../rtp/session.ts';
import { translated } from './ear.ts';
import type { ReadPacket } from './ear.ts';
import type { Encoder } from './encoder.ts';
import type { Outlet } from './outlet.ts';

/** A leg that has nothing to say says silence once a second: it keeps NAT bindings open, and peers' time-outs away. */
const keepAliveTicks = 50;

/** Whether a leg without ticks says something in this one; legs take turns. */
export const keepsAlive = (tick: number, turn: number): boolean => (tick + turn) % keepAliveTicks === 0;

/** What this thread sends to a leg's party: the outlet's sound in time, other legs' packets as they come. */
export class Voice {
  private readonly negotiation: Negotiation;
  private readonly outlet: Outlet;
  private readonly encoder: Encoder;

  constructor(negotiation: Negotiation, outlet: Outlet, encoder: Encoder) {
    this.negotiation = negotiation;
    this.outlet = outlet;
    this.encoder = encoder;
  }

  /** Sends the 20 ms of this tick. Gives what is heard in them; undefined while sound still waits for its way. */
  speak(tick: number, end: RtpEnd): Int16Array | 'bridge' | undefined {
    const { agreed } = this.negotiation;
    // Before there is a peer, nothing is lost by waiting; on hold, time passes unheard.
    if (agreed === undefined) return undefined;
    const sending = sends(agreed.direction);
    const mouth = sending ? end.mouth : undefined;
    if (sending && mouth === undefined && this.outlet.busy) return undefined;
    const portion = this.outlet.read();
    if (portion.kind === 'none') return 'bridge';
    if (portion.kind === 'events') {
      if (mouth !== undefined)
        for (const { payload, first } of portion.packets)
          end.send(mouth.event(tick, eventsPayloadType, payload, first));
      return silentFrame;
    }
    if (mouth !== undefined) {
      const octets = this.encoder.encode(tick, agreed.codec, portion.frame);
      end.send(mouth.audio(tick, payloadTypeOf[agreed.codec], octets));
    }
    return portion.frame;
  }

  /** For a leg without ticks; see `keepsAlive`. */
  keepAlive(tick: number, end: RtpEnd): void {
    const { agreed } = this.negotiation;
    const { mouth } = end;
    if (mouth === undefined || agreed === undefined || !sends(agreed.direction)) return;
    const octets = this.encoder.encode(tick, agreed.codec, silentFrame);
    end.send(mouth.audio(tick, payloadTypeOf[agreed.codec], octets));
  }

  /** A packet of another leg, `from`. */
  pass(
    tick: number,
    from: number,
    { header, payload }: ReadPacket,
    what: Codec | 'events',
    end: RtpEnd,
  ): void {
    const { agreed } = this.negotiation;
    const { mouth } = end;
    if (mouth === undefined || agreed === undefined) return;
    if (what !== 'events') {
      const octets = what === agreed.codec ? payload : translated(payload, what);
      end.send(mouth.pass(tick, from, header, payloadTypeOf[agreed.codec], octets));
    } else if (agreed.events !== undefined) {
      end.send(mouth.pass(tick, from, header, eventsPayloadType, payload));
    }
  }
}
