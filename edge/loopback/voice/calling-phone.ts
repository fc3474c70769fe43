import type { Leg, Playable } from '../../../media/media.ts';
import type { Manners } from './behaviour.ts';
import { Conversation, type EndedBy } from './conversation.ts';
import { openPhoneLeg, statuses, type Desk, type Report } from './desk.ts';
import type { Invite } from './line.ts';

export interface CallWishes {
  readonly from: string;
  readonly to: string;
  /** SIP's name of the call. */
  readonly callId: string;
  /** The Request-URI. */
  readonly uri: string;
  readonly manners: Manners;
  /** What the manners have the phone say. */
  readonly says: readonly Playable[];
  /** A WAV file for what the phone hears; null: none. Its folder exists. */
  readonly recordTo: string | null;
  /** Given up when it is not answered after this. */
  readonly patienceMs: number;
}

/** What became of a call: hung up after it was answered, or refused with a SIP status. */
export type CallEnd =
  { readonly kind: 'ended'; readonly by: EndedBy } | { readonly kind: 'refused'; readonly status: number };

/** A phone of the carrier that calls somebody. */
export class CallingPhone {
  /** Resolves when the call is over and its recording is whole. */
  readonly end: Promise<CallEnd>;
  private readonly desk: Desk;
  private readonly wishes: CallWishes;
  private readonly report: Report;
  private invite: Invite | undefined;
  private conversation: Conversation | undefined;
  private givenUp = false;

  constructor(desk: Desk, wishes: CallWishes, report: Report) {
    this.desk = desk;
    this.wishes = wishes;
    this.report = report;
    this.end = this.run();
  }

  /** Does nothing before the answer. */
  press(digits: string): void {
    this.conversation?.press(digits);
  }

  hangUp(): void {
    this.givenUp = true;
    this.invite?.cancel();
    this.conversation?.hangUp();
  }

  private async run(): Promise<CallEnd> {
    this.report({ type: 'dialled', callId: this.wishes.callId });
    const leg = await openPhoneLeg(this.desk.media);
    if (leg === undefined) return this.refused(statuses.serviceUnavailable);
    const sdp = await leg.offer();
    if (this.givenUp) {
      await leg.close();
      return this.refused(statuses.requestTerminated);
    }
    return this.dial(leg, sdp);
  }

  private async dial(leg: Leg, sdp: string): Promise<CallEnd> {
    const { line, clock } = this.desk;
    const { from, callId, uri, patienceMs } = this.wishes;
    const progress = (status: number, early: string): void => {
      if (status > 100) this.report({ type: 'ringing', status });
      if (early !== '') void leg.accept(early);
    };
    this.invite = line.invite({ callId, from, uri, sdp, progress });
    const patience = clock.after(patienceMs, () => this.hangUp());
    const end = await this.invite.end;
    patience.cancel();
    if (end.kind === 'refused') {
      await leg.close();
      return this.refused(end.status);
    }
    const { talk } = end;
    const accepted = await leg.accept(end.sdp);
    if (!accepted.ok || this.givenUp) {
      await leg.close();
      await talk.hangUp();
      return this.refused(accepted.ok ? statuses.requestTerminated : statuses.notAcceptableHere);
    }
    const { manners, says, recordTo } = this.wishes;
    this.conversation = new Conversation({ talk, leg, clock, manners, says, recordTo, report: this.report });
    return { kind: 'ended', by: await this.conversation.over };
  }

  private refused(status: number): CallEnd {
    this.report({ type: 'refused', status });
    return { kind: 'refused', status };
  }
}
