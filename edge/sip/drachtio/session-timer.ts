import { sessionExpires, tokens } from '../message/fields.ts';
import type { SipRequest } from '../message/message.ts';
import { WheelTimer } from '../transaction/wheel.ts';
import type { TimerOwner } from '../transaction/wheel.ts';
import type { CallDialog, SessionClock } from './call-dialog.ts';
import type { AppMessage } from './command.ts';
import type { Core } from './core.ts';
import { terminate } from './terminate.ts';

type Timers = 'refresh' | 'expire';

/** The smallest interval that anyone may be asked for (RFC 4028 §4), in seconds. */
export const minimumS = 90;
/** Longer intervals are met at this one, so that no timer outlives its sense. */
const maximumS = 86_400;

/** How a session is kept alive. */
export interface Terms {
  readonly intervalS: number;
  readonly weRefresh: boolean;
}

/** What a success of ours says about the session, and what follows for us (RFC 4028 §9). */
export interface SessionAnswer {
  readonly terms: Terms;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** The session of an INVITE or UPDATE of theirs: by the application's own Session-Expires, else as they asked. */
export function answerSession(request: SipRequest, message: AppMessage): SessionAnswer | undefined {
  const chosen = sessionExpires(message) ?? sessionExpires(request);
  if (chosen === undefined) return undefined;
  const supported = tokens(request, 'supported').includes('timer');
  // Table 2 of §9: who does not understand timers cannot be the one to refresh.
  const refresher = supported ? (chosen.refresher ?? 'uac') : 'uas';
  const fields: (readonly [string, string])[] = [
    ['Session-Expires', `${chosen.intervalS};refresher=${refresher}`],
  ];
  if (refresher === 'uac') fields.push(['Require', 'timer']);
  return { terms: { intervalS: chosen.intervalS, weRefresh: refresher === 'uas' }, fields };
}

/** Refreshes a session in time, or ends it when nobody does (RFC 4028 §10). */
class SessionTimer implements SessionClock, TimerOwner<Timers> {
  private readonly core: Core;
  private readonly dialog: CallDialog;
  private readonly terms: Terms;
  private readonly refresh: (dialog: CallDialog, intervalS: number) => void;
  private readonly refreshing = new WheelTimer<Timers>(this, 'refresh');
  private readonly expiring = new WheelTimer<Timers>(this, 'expire');

  constructor(
    core: Core,
    dialog: CallDialog,
    terms: Terms,
    refresh: (dialog: CallDialog, intervalS: number) => void,
  ) {
    this.core = core;
    this.dialog = dialog;
    this.terms = terms;
    this.refresh = refresh;
    const intervalS = Math.min(Math.max(terms.intervalS, minimumS), maximumS);
    // The BYE leaves a little before the other side gives up.
    const expireS = intervalS - Math.min(32, intervalS / 3);
    core.layer.wheel.start(this.expiring, expireS * 1_000);
    if (terms.weRefresh) core.layer.wheel.start(this.refreshing, (intervalS / 2) * 1_000);
  }

  stop(): void {
    this.core.layer.wheel.stop(this.refreshing);
    this.core.layer.wheel.stop(this.expiring);
  }

  /** Tries to refresh again after a while. */
  again(delayMs: number): void {
    if (this.expiring.set) this.core.layer.wheel.start(this.refreshing, delayMs);
  }

  due(timer: Timers): void {
    if (timer === 'expire') terminate(this.core, this.dialog, 'Session timer expired');
    else this.refresh(this.dialog, this.terms.intervalS);
  }
}

/** Begins the session's time anew, by the terms just agreed. Without terms there is no more timer (§9). */
export function restartSession(
  core: Core,
  dialog: CallDialog,
  terms: Terms | undefined,
  refresh: (dialog: CallDialog, intervalS: number) => void,
): void {
  dialog.session?.stop();
  dialog.session = terms === undefined ? undefined : new SessionTimer(core, dialog, terms, refresh);
}
