import type { Codec, Leg, Media } from '../../../media/media.ts';
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

/** Answers a caller when the application's TwiML first needs to be heard. */
export class InboundSetup implements Setup {
  private readonly incoming: IncomingCall;
  private readonly media: Media;
  private readonly codecs: readonly Codec[];
  private readonly live: LiveCall;

  constructor(live: LiveCall, incoming: IncomingCall, media: Media, codecs: readonly Codec[]) {
    this.live = live;
    this.incoming = incoming;
    this.media = media;
    this.codecs = codecs;
    incoming.onCancel(() => live.finish(abandoned));
  }

  async answer(): Promise<Answer | undefined> {
    const srtp = this.incoming.encrypted ? 'offer' : 'accept';
    const opened = await this.media.openLeg({ codecs: this.codecs, srtp, rtpTimeoutMs });
    if (!opened.ok) {
      this.refuse(503, 12400);
      return undefined;
    }
    const leg = opened.value;
    const answer = await this.answerOn(leg);
    if (answer === undefined) await leg.close();
    return answer;
  }

  abandon(ending: Ending): void {
    this.incoming.reject(ending.sipCode >= 400 ? ending.sipCode : refusals[ending.status]);
  }

  private async answerOn(leg: Leg): Promise<Answer | undefined> {
    const { offer } = this.incoming;
    let sdp: string;
    if (offer === '') sdp = await leg.offer();
    else {
      const answered = await leg.answer(offer);
      if (!answered.ok) {
        this.refuse(answered.error === 'malformed' ? 400 : 488, 32102);
        return undefined;
      }
      sdp = answered.value;
    }
    if (this.live.isOver) return undefined;
    const answered = await this.incoming.answer(sdp);
    if (!answered.ok) {
      this.live.finish(
        answered.error === 'canceled' ? abandoned : { status: 'failed', errorCode: 0, sipCode: 500 },
      );
      return undefined;
    }
    const { dialog } = answered.value;
    if (offer === '' && !(await leg.accept(answered.value.sdp)).ok) {
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
