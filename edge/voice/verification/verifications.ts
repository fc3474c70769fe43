import type { Clock } from '../../../control/base/clock.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import type { Sid } from '../../../control/base/sid.ts';
import type {
  ValidationCall,
  ValidationCalls,
  ValidationRefusal,
} from '../../../control/caller-ids/validations.ts';
import type { Guards } from '../../../control/guards/guards.ts';
import { refusalOf } from '../../../control/guards/verdict.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Leg } from '../../../media/media.ts';
import { noMoney, type CallCharges } from '../charges.ts';
import { ended, onInterrupt } from '../live/interrupt.ts';
import type { LiveCall } from '../live/live-call.ts';
import { callerUser, type Calling } from '../outbound/calling.ts';
import { timeoutDefaultMs } from '../outbound/new-call.ts';
import type { Speaker } from '../speaker.ts';
import { CodeEntry } from './code-entry.ts';

export interface VerificationDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly calling: Calling;
  readonly guards: Pick<Guards, 'call' | 'took'>;
  readonly charges: Pick<CallCharges, 'affords'>;
  readonly speaker: Speaker;
}

/** Calls of one account at a time: they pass by its queue and its pace, and nobody verifies many numbers at once. */
const underWayMax = 10;
/** How often a callee may enter the code. */
const attemptsMax = 3;
/** After the last word, and between digits. */
const digitTimeoutMs = 10_000;
/** However little is said of its end, a prompt is over then. */
const promptMaxMs = 20_000;

const words = {
  ask: 'Please enter the six digit verification code.',
  wrong: 'That code is not right.',
  thanks: 'Thank you. Your number has been verified. Goodbye.',
  enough: 'Your number has not been verified. Goodbye.',
} as const;

/**
 * Calls numbers and asks for the code that their verification goes by
 * (https://www.twilio.com/docs/voice/api/outgoing-caller-ids). The code lives no longer than the call: one that a
 * restart cuts has failed, and says so to its status callback.
 */
export class Verifications implements ValidationCalls {
  private readonly deps: VerificationDeps;
  /** How many go on, by account. */
  private readonly underWay = new Map<number, number>();

  constructor(deps: VerificationDeps) {
    this.deps = deps;
  }

  /** Writes the call, and dials after its delay. */
  async place(wish: ValidationCall): Promise<Result<{ readonly callSid: Sid }, ValidationRefusal>> {
    const { calling, clock, store, guards } = this.deps;
    const { account, phoneNumber: to, statusCallback: target } = wish;
    const verdict = guards.call(account, wish.from, to);
    if (verdict !== undefined) return fail(refusalOf(verdict, 'call'));
    const destinations = calling.destinationsOf(to);
    if (destinations.length === 0)
      return fail({ code: 21215, detail: `No carrier of this edge takes calls to ${to}.` });
    const from = wish.from === '' ? 'anonymous' : wish.from;
    const leg = { direction: 'outbound-api', from, to } as const;
    if (!this.deps.charges.affords(account, leg)) return fail({ code: 20003, detail: noMoney });
    const count = this.underWay.get(account.no) ?? 0;
    if (count >= underWayMax)
      return fail({ code: 20429, detail: `${underWayMax} numbers are being verified: wait for one to end.` });
    guards.took('call', account, to);
    const statusCallback = target === null ? null : { ...target, events: ['completed'] as const };
    const live = calling.place(
      { ...leg, account, statusCallback },
      { destinations, from: callerUser(from), callerName: '', headers: [], timeoutMs: timeoutDefaultMs },
    );
    live.endParams = () => [['VerificationStatus', 'failed']];
    const timer = clock.after(wish.delayMs, () => void this.lead(live, wish));
    this.underWay.set(account.no, count + 1);
    live.onEnd(() => {
      timer.cancel();
      this.release(account.no);
    });
    await store.durable();
    return ok({ callSid: live.sid });
  }

  private release(accountNo: number): void {
    const left = (this.underWay.get(accountNo) ?? 0) - 1;
    if (left > 0) this.underWay.set(accountNo, left);
    else this.underWay.delete(accountNo);
  }

  private async lead(live: LiveCall, wish: ValidationCall): Promise<void> {
    const leg = await live.answer();
    if (leg === undefined) return;
    const signal = live.begin();
    try {
      if (wish.extension !== '') {
        const digits = leg.sendDigits(wish.extension);
        onInterrupt(signal, () => digits.stop());
        await digits.done;
      }
      await this.ask(live, leg, wish, signal);
    } finally {
      live.hangUp();
    }
  }

  private async ask(
    live: LiveCall,
    leg: Leg,
    { code, verified }: ValidationCall,
    signal: AbortSignal,
  ): Promise<void> {
    const entry = new CodeEntry(live.digits, this.deps.clock, code.length, digitTimeoutMs);
    try {
      for (let attempt = 0; attempt < attemptsMax && !signal.aborted; attempt++) {
        entry.clear();
        await this.say(leg, attempt === 0 ? words.ask : `${words.wrong} ${words.ask}`, signal, entry.begun);
        if ((await entry.read(signal)) !== code) continue;
        const sid = await verified();
        live.endParams = () => [
          ['VerificationStatus', 'success'],
          ['OutgoingCallerIdSid', sid],
        ];
        await this.say(leg, words.thanks, signal);
        return;
      }
      await this.say(leg, words.enough, signal);
    } finally {
      entry.close();
    }
  }

  /** Ends with the words, or as soon as `cut` says that nobody listens to them any more. */
  private async say(leg: Leg, ssml: string, signal: AbortSignal, cut?: Promise<undefined>): Promise<void> {
    const spoken = await this.deps.speaker.say({ ssml, voice: 'woman', language: 'en-US' });
    // Without a voice the code may be entered all the same.
    if (!spoken.ok || signal.aborted) return;
    const playback = leg.play([{ kind: 'file', file: spoken.value.file }]);
    const limit = this.deps.clock.after(promptMaxMs, () => playback.stop());
    await Promise.race([playback.done, ended(signal), ...(cut === undefined ? [] : [cut])]);
    limit.cancel();
    playback.stop();
  }
}
