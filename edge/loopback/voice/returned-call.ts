import { fateOf, type CallBehaviour } from './behaviour.ts';
import { statuses, type Desk, type Report } from './desk.ts';
import type { Invitation, Invite } from './line.ts';
import type { Talk, TalkHandlers } from './talk.ts';

/** Where a returned call goes on, and as which. */
interface Onward {
  /** The Request-URI. */
  readonly uri: string;
  /** SIP's name of the second call. */
  readonly callId: string;
}

/**
 * A call from the peer to one of its own numbers, as the network brings it back: a second call, with the first one's
 * offer and the second one's answer, so that sound goes straight from the one to the other.
 */
export class ReturnedCall {
  private readonly desk: Desk;
  private readonly invitation: Invitation;
  private readonly report: Report;
  private invite: Invite | undefined;
  private talks: readonly Talk[] = [];
  private givenUp = false;
  /** By the caller, who has been answered so already. */
  private canceled = false;

  constructor(desk: Desk, invitation: Invitation, report: Report) {
    this.desk = desk;
    this.invitation = invitation;
    this.report = report;
    invitation.onCancel(() => {
      this.canceled = true;
      this.hangUp();
    });
  }

  /** Resolves when the call is over. */
  async serve(behaviour: CallBehaviour, { uri, callId }: Onward): Promise<void> {
    const { invitation, desk } = this;
    const fate = fateOf(behaviour, invitation.to, desk.random);
    if (fate.kind === 'refused') {
      this.refuse(fate.status);
      return;
    }
    // Of a late offer there is nothing yet to pass on.
    if (invitation.offer === '') {
      this.refuse(statuses.notAcceptableHere);
      return;
    }
    const progress = (status: number): void => {
      if (status <= 100 || this.givenUp) return;
      invitation.ring();
      this.report({ type: 'ringing', status });
    };
    this.invite = desk.line.invite({ callId, from: invitation.from, uri, sdp: invitation.offer, progress });
    const end = await this.invite.end;
    if (end.kind === 'refused') {
      this.refuse(this.givenUp ? statuses.requestTerminated : end.status);
      return;
    }
    const there = end.talk;
    const here = this.givenUp ? undefined : await invitation.answer(end.sdp);
    if (here === undefined) {
      this.report({ type: 'refused', status: statuses.requestTerminated });
      return there.hangUp();
    }
    this.report({ type: 'answered' });
    await this.join(here, there);
  }

  /** Ends the call, whatever it has come to. */
  hangUp(): void {
    this.givenUp = true;
    this.invite?.cancel();
    for (const talk of this.talks) void talk.hangUp();
  }

  /** Until either side hangs up. */
  private async join(here: Talk, there: Talk): Promise<void> {
    const { clock } = this.desk;
    this.talks = [here, there];
    const answeredMs = clock.now();
    const unchanged: Omit<TalkHandlers, 'ended'> = {
      offered: () => Promise.resolve({ ok: false, error: statuses.notAcceptableHere }),
      answered: () => undefined,
    };
    await new Promise<void>((resolve) => {
      for (const talk of this.talks) talk.handle({ ...unchanged, ended: resolve });
    });
    await Promise.all(this.talks.map((talk) => talk.hangUp()));
    this.report({ type: 'ended', by: 'peer', durationMs: clock.now() - answeredMs });
  }

  private refuse(status: number): void {
    if (!this.canceled) this.invitation.refuse(status);
    this.report({ type: 'refused', status });
  }
}
