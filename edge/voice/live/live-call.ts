import type { Account } from '../../../control/accounts/account.ts';
import type { Clock, Timer } from '../../../control/base/clock.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import type { AnsweredBy, Leg } from '../../../media/media.ts';
import type { Call } from '../call.ts';
import { quietly } from '../deferred.ts';
import type { Params } from '../params.ts';
import type { Progress } from '../progress.ts';
import type { CallReport, EndedCall } from '../report.ts';
import type { Dialog } from '../signalling.ts';
import type { CallLog } from './call-log.ts';
import { Digits } from './digits.ts';
import type { Interrupt } from './interrupt.ts';

/** How a call ended, for its record. */
export type Ending = Omit<Extract<Progress, { kind: 'ended' }>, 'kind'>;

/** What a call does on its way to being answered, which differs by its direction. */
export interface Setup {
  /**
   * Inbound: answers the caller. Outbound: waits until the callee has. Undefined: it will not come to that. `beside`: the
   * leg that its own will be bridged with.
   */
  answer(beside?: Leg): Promise<Answer | undefined>;
  /** Inbound: lets the caller hear something before the answer. Undefined: nothing can be heard. */
  early?(beside: Leg): Promise<Leg | undefined>;
  /** Ends a call that has not been answered: a refusal or a CANCEL. */
  abandon(ending: Ending): void;
}

export interface Answer {
  readonly leg: Leg;
  readonly dialog: Dialog;
}

export interface LiveCallDeps {
  readonly log: CallLog;
  readonly clock: Clock;
  /** Keeps an answered call paid for; the returned function stops that. */
  readonly cover: (call: LiveCall) => () => void;
  /** The call is over; its record says so, and so will its report. */
  readonly over: (call: LiveCall, ended: Promise<EndedCall>) => void;
}

/** The longest that a call may last (https://www.twilio.com/docs/voice/api/call-resource, TimeLimit). */
const timeLimitDefaultMs = 4 * 3_600_000;

/** A fault of ours ended it. */
export const brokenDown: Ending = { status: 'failed', errorCode: 12400, sipCode: 500, cut: true };

/** What led it has gone, and nothing of its dialog or sound is left. */
export const cutOff: Ending = { status: 'failed', errorCode: 12400, sipCode: 0, cut: true };

/** Its account cannot pay for more of it. */
export const ranDry: Ending = { status: 'completed', errorCode: 10001, sipCode: 0 };

export const hungUp: Ending = { status: 'completed', errorCode: 0, sipCode: 0 };

/** A call that is going on: its record, its sound, its dialog, and what interrupts what it does. */
export class LiveCall {
  readonly sid: string;
  readonly account: Account;
  readonly digits = new Digits();
  private readonly deps: LiveCallDeps;
  private setup: Setup | undefined;
  private answering: Promise<Leg | undefined> | undefined;
  private sound: Leg | undefined;
  private talk: Dialog | undefined;
  private occupation = new AbortController();
  private limit: Timer | undefined;
  private uncover = (): void => undefined;
  private ending: Ending | undefined;
  private readonly closers: (() => void)[] = [];
  private readonly referrals: ((target: string) => number)[] = [];
  timeLimitMs = timeLimitDefaultMs;
  /** See `CallReport.postDialDelayMs`. */
  postDialDelayMs: number | null = null;
  /** The SHAKEN PASSporT that proved who calls; '' without. */
  passport = '';
  /** Requests of its application so far. */
  events = 0;
  /** Parameters that the status callback of its end carries besides (RecordingUrl, …), asked for then. */
  endParams: () => Params = () => [];

  constructor(call: Call, account: Account, deps: LiveCallDeps) {
    this.sid = call.sid;
    this.account = account;
    this.deps = deps;
  }

  /** The record as it is now. One that has been deleted under the call is a fault of ours. */
  get call(): Call {
    const call = this.deps.log.book.get(this.sid);
    if (call === undefined) throw new Error(`call ${this.sid} has no record`);
    return call;
  }

  get isOver(): boolean {
    return this.ending !== undefined;
  }

  get isAnswered(): boolean {
    return this.sound !== undefined;
  }

  /** Its sound, once it has been answered. */
  get leg(): Leg | undefined {
    return this.sound;
  }

  get dialog(): Dialog | undefined {
    return this.talk;
  }

  /** Parameters of every request about it. */
  get params(): Params {
    return this.deps.log.params(this.call, this.account);
  }

  prepare(setup: Setup): void {
    this.setup = setup;
  }

  /** Ends it so long after its answer, or at once if it has lasted longer. */
  limitTo(timeLimitMs: number): void {
    this.timeLimitMs = timeLimitMs;
    if (this.limit === undefined || this.isOver) return;
    this.limit.cancel();
    const { clock } = this.deps;
    const leftMs = this.call.answeredMs + timeLimitMs - clock.now();
    this.limit = clock.after(Math.max(0, leftMs), () => this.hangUp());
  }

  /** Notes a step before the answer. */
  note(progress: Exclude<Progress, { kind: 'ended' }>): void {
    if (!this.isOver) this.deps.log.note(this.sid, this.account, progress);
  }

  /** An INVITE of it went out, or came in, by this Call-ID. */
  noteDialog(callId: string): void {
    if (!this.isOver) this.deps.log.book.noteDialog(this.sid, callId);
  }

  noteAnsweredBy(by: AnsweredBy): void {
    this.deps.log.answeredBy(this.sid, by);
  }

  /** Its sound, answered first if it has not been; undefined once the call is over. For `beside` see `Setup`. */
  answer(beside?: Leg): Promise<Leg | undefined> {
    this.answering ??= this.establish(beside);
    return this.answering;
  }

  /** Its sound while it rings, for what a called party's network says; undefined where there is none. */
  async early(beside: Leg): Promise<Leg | undefined> {
    return this.isOver || this.answering !== undefined ? undefined : this.setup?.early?.(beside);
  }

  /**
   * What the call does from now on, until the signal ends with an `Interrupt` as its reason. Whoever asked before has
   * been done with.
   */
  begin(): AbortSignal {
    this.occupation = new AbortController();
    if (this.isOver) this.interrupt({ kind: 'ended' });
    return this.occupation.signal;
  }

  interrupt(reason: Interrupt): void {
    this.occupation.abort(reason);
  }

  /** Calls `close` when the call ends, at once if it has. The returned function takes that back. */
  onEnd(close: () => void): () => void {
    if (this.isOver) {
      close();
      return () => undefined;
    }
    this.closers.push(close);
    return () => {
      const at = this.closers.indexOf(close);
      if (at >= 0) this.closers.splice(at, 1);
    };
  }

  /** Whoever was the last to ask is told of a REFER of the other side, and gives the status that answers it. */
  onRefer(hear: (target: string) => number): () => void {
    this.referrals.push(hear);
    return () => {
      const at = this.referrals.indexOf(hear);
      if (at >= 0) this.referrals.splice(at, 1);
    };
  }

  /** Ends the call from our side. */
  hangUp(ending: Ending = hungUp): void {
    if (this.isOver) return;
    if (this.talk === undefined) this.setup?.abandon(ending);
    else this.talk.bye();
    this.end(ending, 'edge');
  }

  /** The call has ended on the other side, or never came to be. */
  finish(ending: Ending): void {
    this.end(ending, 'peer');
  }

  private end(ending: Ending, endedBy: CallReport['endedBy']): void {
    if (this.isOver) return;
    this.ending = ending;
    this.limit?.cancel();
    this.uncover();
    this.deps.log.note(this.sid, this.account, { kind: 'ended', ...ending }, this.endParams());
    this.interrupt({ kind: 'ended' });
    for (const close of this.closers.splice(0)) close();
    quietly(this.sound?.close());
    this.deps.over(this, this.report(endedBy));
  }

  private async report(endedBy: CallReport['endedBy']): Promise<EndedCall> {
    const { sound = null, samples = [] } = (await this.sound?.measured) ?? {};
    return { report: { sound, postDialDelayMs: this.postDialDelayMs, endedBy }, samples };
  }

  private async setUp(beside: Leg | undefined): Promise<Answer | undefined> {
    try {
      return await this.setup?.answer(beside);
    } catch {
      // Sound or signalling has broken down: one call less, and no more than that.
      this.hangUp(brokenDown);
      return undefined;
    }
  }

  private async establish(beside: Leg | undefined): Promise<Leg | undefined> {
    const answer = await this.setUp(beside);
    if (answer === undefined) return undefined;
    if (this.isOver) {
      // It was ended while the answer was on its way.
      answer.dialog.bye();
      await answer.leg.close();
      return undefined;
    }
    this.sound = answer.leg;
    this.talk = answer.dialog;
    this.limit = this.deps.clock.after(this.timeLimitMs, () => this.hangUp());
    answer.dialog.handle({
      ended: () => this.finish(hungUp),
      offered: (sdp) => this.reoffered(answer.leg, sdp),
      answered: (sdp) => void this.reanswered(answer.leg, sdp),
      digit: (digit) => this.digits.press(digit),
      // Section 2.4.2 of RFC 3515: nobody who would follow it is here.
      referred: (target) => this.referrals.at(-1)?.(target) ?? 603,
    });
    answer.leg.onDigit(({ digit }) => this.digits.press(digit));
    answer.leg.onFault((fault) => {
      const rtp = fault === 'rtp-timeout';
      this.hangUp({ status: 'failed', errorCode: rtp ? 32014 : 12400, sipCode: 0, cut: !rtp });
    });
    this.deps.log.note(this.sid, this.account, { kind: 'answered' });
    this.uncover = this.deps.cover(this);
    return answer.leg;
  }

  private async reoffered(leg: Leg, sdp: string): Promise<Result<string, number>> {
    if (sdp === '') return ok(await leg.offer());
    const answer = await leg.answer(sdp);
    if (answer.ok) return answer;
    return fail(answer.error === 'malformed' ? 400 : 488);
  }

  private async reanswered(leg: Leg, sdp: string): Promise<void> {
    if ((await leg.accept(sdp)).ok || this.isOver) return;
    this.hangUp({ status: 'failed', errorCode: 32102, sipCode: 488 });
  }
}
