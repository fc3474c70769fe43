import type { Clock, Timer } from '../../../control/base/clock.ts';
import type { Codec, Leg, Media } from '../../../media/media.ts';
import type { Answer, LiveCall, Setup } from '../live/live-call.ts';
import type { VoiceObserver } from '../observer.ts';
import { isRetryable, outcomeAt, outcomeOf, rangOut, unplaceable, type Outcome } from '../outcomes.ts';
import type { Destination, FinalResponse, HeaderList, OutgoingCall, Signalling } from '../signalling.ts';

export interface AttemptDeps {
  readonly media: Media;
  readonly signalling: Signalling;
  readonly clock: Clock;
  /** What a trunk takes, in order of preference. */
  readonly codecsOf: (destination: Destination) => readonly Codec[];
  readonly observer: Pick<VoiceObserver, 'rang' | 'attempted'>;
}

/** One call to be placed. */
export interface AttemptPlan {
  /** Best first; the next is tried where one fails (5xx) or does not answer at all. */
  readonly destinations: readonly Destination[];
  readonly from: string;
  readonly callerName: string;
  /** See `OutgoingRequest.forwardedBy`. */
  readonly forwardedBy?: string;
  /** See `OutgoingRequest.passport`. */
  readonly passport?: string;
  readonly headers: HeaderList;
  /** Rings no longer than this, over all destinations. */
  readonly timeoutMs: number;
  /** Sound before the answer: the carrier's ringback or announcement. */
  readonly early?: (leg: Leg) => void;
  /** The leg that this one will be bridged with. */
  readonly beside?: Leg;
  /** Hears what each destination says in the end, before anything comes of it. */
  readonly final?: (response: FinalResponse) => void;
}

/** A phone that sends nothing for so long has gone. */
export const rtpTimeoutMs = 120_000;

type Tried =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly outcome: Outcome; readonly again: boolean };

/** Places one call: INVITEs to its destinations in turn, until one answers or none is left. */
export class Attempt implements Setup {
  private readonly deps: AttemptDeps;
  private readonly plan: AttemptPlan;
  private readonly live: LiveCall;
  private current: OutgoingCall | undefined;
  private timer: Timer | undefined;

  constructor(live: LiveCall, plan: AttemptPlan, deps: AttemptDeps) {
    this.live = live;
    this.plan = plan;
    this.deps = deps;
  }

  async answer(): Promise<Answer | undefined> {
    this.timer = this.deps.clock.after(this.plan.timeoutMs, () => this.live.hangUp(rangOut));
    let last: Outcome = unplaceable;
    for (const destination of this.plan.destinations) {
      const tried = await this.tryAt(destination);
      if (this.live.isOver) {
        if (tried.kind === 'answered') {
          tried.answer.dialog.bye();
          await tried.answer.leg.close();
        }
        return undefined;
      }
      if (tried.kind === 'answered') {
        this.timer.cancel();
        return tried.answer;
      }
      last = tried.outcome;
      if (!tried.again) break;
    }
    this.timer.cancel();
    this.live.finish(last);
    return undefined;
  }

  abandon(): void {
    this.timer?.cancel();
    this.current?.cancel();
  }

  private async tryAt(destination: Destination): Promise<Tried> {
    const { media, signalling, codecsOf, observer } = this.deps;
    const sound = signalling.soundTo(destination);
    const { beside } = this.plan;
    const opened = await media.openLeg({
      ...sound,
      codecs: codecsOf(destination),
      rtpTimeoutMs,
      ...(beside === undefined ? {} : { beside }),
    });
    if (!opened.ok) return { kind: 'failed', outcome: unplaceable, again: false };
    const leg = opened.value;
    const sdp = await leg.offer();
    // The call may have been given up while its sound was being prepared.
    if (this.live.isOver) {
      await leg.close();
      return { kind: 'failed', outcome: unplaceable, again: false };
    }
    const carrier = destination.kind === 'trunk' ? destination.carrier : '';
    this.live.note({ kind: 'initiated', carrier });
    const { from, callerName, headers, forwardedBy = '', passport = '' } = this.plan;
    const outgoing = signalling.originate({
      accountSid: this.live.account.sid,
      destination,
      from,
      callerName,
      forwardedBy,
      passport,
      headers,
      sdp,
      sent: (callId) => this.live.noteDialog(callId),
    });
    this.current = outgoing;
    const signOfLife = this.awaitSign(carrier);
    outgoing.onProgress((status, early) => {
      if (isRinging(status)) signOfLife();
      void this.progress(leg, status, early);
    });
    const end = await outgoing.end;
    this.current = undefined;
    if (end.kind === 'answered') signOfLife();
    if (carrier !== '') observer.attempted(carrier, end);
    if ('response' in end) this.plan.final?.(end.response);
    if (end.kind !== 'answered') {
      await leg.close();
      return { kind: 'failed', outcome: outcomeAt(end), again: isRetryable(end) };
    }
    const accepted = await leg.accept(end.sdp);
    if (accepted.ok) return { kind: 'answered', answer: { leg, dialog: end.dialog } };
    end.dialog.bye();
    await leg.close();
    return { kind: 'failed', outcome: outcomeOf(488), again: false };
  }

  /** An INVITE has just gone out. What it gives is called at each sign of the other side; the first one counts. */
  private awaitSign(carrier: string): () => void {
    const { clock, observer } = this.deps;
    const sentMs = clock.monotonic();
    let silent = true;
    return () => {
      if (!silent) return;
      silent = false;
      const delayMs = Math.round(clock.monotonic() - sentMs);
      this.live.postDialDelayMs = delayMs;
      if (carrier !== '') observer.rang(carrier, delayMs);
    };
  }

  private async progress(leg: Leg, status: number, sdp: string): Promise<void> {
    if (isRinging(status)) this.live.note({ kind: 'ringing' });
    if (sdp === '') return;
    const accepted = await leg.accept(sdp);
    if (accepted.ok && !this.live.isOver) this.plan.early?.(leg);
  }
}

const isRinging = (status: number): boolean => status === 180 || status === 183;
