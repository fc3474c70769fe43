import type { Codec, Leg, Media } from '../../../media/media.ts';
import { quietly } from '../deferred.ts';
import type { Answer, Ending, LiveCall, Setup } from '../live/live-call.ts';
import { rtpTimeoutMs } from '../outbound/attempt.ts';
import type { IncomingCall } from '../signalling.ts';

/** How an inbound call that was never answered ends, in SIP. */
const refusals: Readonly<Record<Ending['status'], number>> = {
  busy: 486,
  // Section 21.6.2 of RFC 3261: as Twilio's <Reject>, no caller is to try again elsewhere.
  'no-answer': 603,
  failed: 500,
  canceled: 480,
  completed: 480,
};

/** The caller hung up before an answer: `canceled` is what the REST API does. */
const abandoned: Ending = { status: 'no-answer', errorCode: 0, sipCode: 487 };

/** A leg, and what we say of it to the caller. */
interface Sound {
  readonly leg: Leg;
  readonly sdp: string;
}

/** Answers a caller when the application's TwiML first needs to be heard. */
export class InboundSetup implements Setup {
  private readonly incoming: IncomingCall;
  private readonly media: Media;
  private readonly codecs: readonly Codec[];
  private readonly live: LiveCall;
  private sound: Promise<Sound | undefined> | undefined;

  constructor(live: LiveCall, incoming: IncomingCall, media: Media, codecs: readonly Codec[]) {
    this.live = live;
    this.incoming = incoming;
    this.media = media;
    this.codecs = codecs;
    incoming.onCancel(() => live.finish(abandoned));
  }

  async answer(beside?: Leg): Promise<Answer | undefined> {
    const sound = await this.prepare(beside);
    if (sound === undefined) return undefined;
    const answer = await this.answerWith(sound);
    if (answer === undefined) await sound.leg.close();
    return answer;
  }

  async early(beside: Leg): Promise<Leg | undefined> {
    // A caller who waits for our offer has it in the answer.
    if (this.incoming.offer === '') return undefined;
    const sound = await this.prepare(beside);
    if (sound === undefined || this.live.isOver) return undefined;
    this.incoming.ring(sound.sdp);
    return sound.leg;
  }

  abandon(ending: Ending): void {
    this.incoming.reject(ending.sipCode >= 400 ? ending.sipCode : refusals[ending.status]);
  }

  /** Once: what a caller hears before the answer and after it is one session. */
  private prepare(beside: Leg | undefined): Promise<Sound | undefined> {
    this.sound ??= this.open(beside);
    return this.sound;
  }

  private async open(beside: Leg | undefined): Promise<Sound | undefined> {
    const { encrypted, offer } = this.incoming;
    const srtp = encrypted ? 'offer' : 'accept';
    const opened = await this.media.openLeg({
      codecs: this.codecs,
      srtp,
      rtpTimeoutMs,
      ...(beside === undefined ? {} : { beside }),
    });
    if (!opened.ok) {
      this.refuse(503, 12400);
      return undefined;
    }
    const leg = opened.value;
    // Also where the caller gives up before the answer.
    this.live.onEnd(() => quietly(leg.close()));
    if (offer === '') return { leg, sdp: await leg.offer() };
    const answered = await leg.answer(offer);
    if (answered.ok) return { leg, sdp: answered.value };
    this.refuse(answered.error === 'malformed' ? 400 : 488, 32102);
    return undefined;
  }

  private async answerWith({ leg, sdp }: Sound): Promise<Answer | undefined> {
    if (this.live.isOver) return undefined;
    const answered = await this.incoming.answer(sdp);
    if (!answered.ok) {
      this.live.finish(
        answered.error === 'canceled' ? abandoned : { status: 'failed', errorCode: 0, sipCode: 500 },
      );
      return undefined;
    }
    const { dialog } = answered.value;
    if (this.incoming.offer === '' && !(await leg.accept(answered.value.sdp)).ok) {
      dialog.bye();
      this.live.finish({ status: 'failed', errorCode: 32102, sipCode: 488 });
      return undefined;
    }
    return { leg, dialog };
  }

  private refuse(status: number, errorCode: number): void {
    this.live.hangUp({ status: 'failed', errorCode, sipCode: status });
  }
}
