import type { Account } from '../../../control/accounts/account.ts';
import { isE164Form } from '../../../control/inventory/e164.ts';
import type { Routes } from '../../../control/routing/route.ts';
import type { Clock } from '../../../control/base/clock.ts';
import type { Sid, SidFactory } from '../../../control/base/sid.ts';
import type { Call, CallDirection, CallEvent, EventTarget } from '../call.ts';
import type { CallCharges } from '../charges.ts';
import type { LiveCall } from '../live/live-call.ts';
import type { LiveCalls } from '../live/live-calls.ts';
import type { Destination } from '../signalling.ts';
import { Attempt, type AttemptDeps, type AttemptPlan } from './attempt.ts';

export interface CallingDeps extends AttemptDeps {
  readonly charges: Pick<CallCharges, 'billFor'>;
  readonly calls: LiveCalls;
  readonly routes: Routes;
  readonly newSid: SidFactory;
  readonly clock: Clock;
}

/** A call before it has a SID. */
export interface NewRecord {
  readonly account: Account;
  readonly direction: CallDirection;
  readonly from: string;
  readonly to: string;
  readonly parentSid?: Sid;
  readonly phoneNumberSid?: Sid;
  readonly forwardedFrom?: string;
  readonly callerName?: string;
  readonly stirVerstat?: string;
  readonly carrier?: string;
  readonly statusCallback: EventTarget<CallEvent> | null;
}

/** Places calls: those of the REST API and those of <Dial>. */
export class Calling {
  private readonly deps: CallingDeps;

  constructor(deps: CallingDeps) {
    this.deps = deps;
  }

  /** A record for a call that begins now. */
  record(wish: NewRecord, status: 'queued' | 'ringing'): Call {
    const { account, direction, from, to, statusCallback } = wish;
    const nowMs = this.deps.clock.now();
    return {
      sid: this.deps.newSid('CA'),
      accountNo: account.no,
      direction,
      from,
      to,
      parentSid: wish.parentSid ?? '',
      phoneNumberSid: wish.phoneNumberSid ?? '',
      forwardedFrom: wish.forwardedFrom ?? '',
      callerName: wish.callerName ?? '',
      status,
      errorCode: 0,
      sipCode: 0,
      createdMs: nowMs,
      updatedMs: nowMs,
      queueTimeMs: 0,
      startedMs: status === 'ringing' ? nowMs : 0,
      answeredMs: 0,
      endedMs: 0,
      answeredBy: '',
      carrier: wish.carrier ?? '',
      stirVerstat: wish.stirVerstat ?? '',
      statusCallback,
      bill: this.deps.charges.billFor(account, wish),
      nextSequence: 0,
    };
  }

  /** Where a number may be reached, best first; empty if no carrier takes it. */
  destinationsOf(number: string): readonly Destination[] {
    return this.deps.routes.candidates(number).map((carrier) => ({ kind: 'trunk', carrier, number }));
  }

  /** Writes a new call and makes it ready: its `answer()` dials. */
  place(wish: NewRecord, plan: AttemptPlan): LiveCall {
    return this.ready(this.deps.calls.begin(this.record(wish, 'queued'), wish.account), plan);
  }

  /** Makes a call ready whose record is there. */
  ready(live: LiveCall, plan: AttemptPlan): LiveCall {
    live.prepare(new Attempt(live, plan, this.deps));
    return live;
  }
}

/** Whether an address is a SIP URI; else it is a number, or nothing that can be dialled. */
export const isSipUri = (address: string): boolean => /^sips?:/i.test(address);

/** Who a SIP peer is told is calling: a number as it is, of a SIP URI its user part. */
export function callerUser(from: string): string {
  if (isE164Form(from)) return from;
  const user = /^sips?:([^@;]+)@/i.exec(from)?.[1];
  return user ?? from.replace(/^client:/, '');
}
