import type { Leg } from '../../../media/media.ts';
import { fateOf, type CallBehaviour } from './behaviour.ts';
import { Conversation, type ConversationParts } from './conversation.ts';
import { openPhoneLeg, statuses, type Desk, type Report } from './desk.ts';
import type { Invitation } from './line.ts';

/** A phone that nobody answers is silent after this at the latest. */
const ringMaxMs = 180_000;

type Given = Pick<ConversationParts, 'says' | 'recordTo'>;

/** A phone of the carrier that somebody calls. */
export class CalledPhone {
  private readonly desk: Desk;
  private readonly invitation: Invitation;
  private readonly report: Report;
  private conversation: Conversation | undefined;
  private leg: Leg | undefined;
  private finished = false;
  private stopRinging: () => void = () => undefined;

  constructor(desk: Desk, invitation: Invitation, report: Report) {
    this.desk = desk;
    this.invitation = invitation;
    this.report = report;
    invitation.onCancel(() => this.finish(statuses.requestTerminated));
  }

  /** Resolves when the call is over. */
  async serve(behaviour: CallBehaviour, given: Given): Promise<void> {
    const fate = fateOf(behaviour, this.invitation.to, this.desk.random);
    if (fate.kind === 'refused') {
      this.refuse(fate.status);
      return;
    }
    this.invitation.ring();
    this.report({ type: 'ringing', status: 180 });
    await this.ring(fate.kind === 'answered' ? behaviour.ringMs : ringMaxMs);
    if (this.finished) return;
    if (fate.kind === 'unanswered') this.refuse(statuses.temporarilyUnavailable);
    else await this.answer(behaviour, given);
  }

  /** Ends the call, whatever it has come to. */
  hangUp(): void {
    if (this.conversation === undefined) this.refuse(statuses.temporarilyUnavailable);
    else this.conversation.hangUp();
  }

  private ring(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.desk.clock.after(durationMs, resolve);
      this.stopRinging = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  private async answer({ manners }: CallBehaviour, given: Given): Promise<void> {
    const { media, clock } = this.desk;
    const { offer } = this.invitation;
    this.leg = await openPhoneLeg(media);
    const { leg } = this;
    if (leg === undefined) {
      this.refuse(statuses.serviceUnavailable);
      return;
    }
    const sdp = offer === '' ? await leg.offer() : await leg.answer(offer);
    if (typeof sdp !== 'string' && !sdp.ok) {
      this.refuse(statuses.notAcceptableHere);
      return;
    }
    if (this.isOver()) {
      // It may have been given up before there was a leg to close.
      await leg.close();
      return;
    }
    const talk = await this.invitation.answer(typeof sdp === 'string' ? sdp : sdp.value);
    if (talk === undefined) this.finish(statuses.requestTerminated);
    if (talk === undefined || this.isOver()) {
      await talk?.hangUp();
      return;
    }
    const { report } = this;
    this.conversation = new Conversation({ talk, leg, clock, manners, report, ...given });
    await this.conversation.over;
  }

  private refuse(status: number): void {
    if (this.finished) return;
    this.invitation.refuse(status);
    this.finish(status);
  }

  /** It has come to nothing. */
  private finish(status: number): void {
    if (this.finished || this.conversation !== undefined) return;
    this.finished = true;
    this.report({ type: 'refused', status });
    this.stopRinging();
    void this.leg?.close();
  }

  /** Asked again after each wait, in which it may have changed. */
  private isOver(): boolean {
    return this.finished;
  }
}
