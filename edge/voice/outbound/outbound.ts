import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import type { Sid } from '../../../control/base/sid.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Leg } from '../../../media/media.ts';
import type { TenantBooks } from '../../webhook/tenants.ts';
import type { Call } from '../call.ts';
import { noMoney, type CallCharges } from '../charges.ts';
import type { VoiceConfig } from '../inbound/inbound.ts';
import type { CallLog } from '../live/call-log.ts';
import type { Conductor } from '../live/conductor.ts';
import { interruptOf, onInterrupt } from '../live/interrupt.ts';
import { brokenDown, type LiveCall } from '../live/live-call.ts';
import type { LiveCalls } from '../live/live-calls.ts';
import type { Documents } from '../program/documents.ts';
import type { Source } from '../program/source.ts';
import type { Recordings } from '../recordings/recordings.ts';
import type { Destination } from '../signalling.ts';
import { judge, type AcceptanceDeps } from './acceptance.ts';
import type { CallQueue } from './call-queue.ts';
import { callerUser, isSipUri, type Calling } from './calling.ts';
import { detectMachine } from './machine.ts';
import type { CallOrder, NewCall, Refusal } from './new-call.ts';
import type { Orders } from './orders.ts';

export interface OutboundDeps extends AcceptanceDeps {
  readonly store: Store;
  readonly orders: Orders;
  readonly clock: Clock;
  readonly log: CallLog;
  readonly calls: LiveCalls;
  readonly calling: Calling;
  readonly conductor: Conductor;
  readonly documents: Documents;
  readonly recordings: Recordings;
  readonly charges: Pick<CallCharges, 'affords'>;
  readonly books: TenantBooks;
  /** The account, if it may call. */
  readonly activeAccount: (sid: Sid) => Account | undefined;
  readonly application: (accountSid: string, sid: string) => VoiceConfig | undefined;
}

/** The calls of the REST API: accepted, queued, placed, and led through their TwiML. */
export class Outbound {
  private readonly deps: OutboundDeps;
  private readonly queue: () => CallQueue;

  constructor(deps: OutboundDeps, queue: () => CallQueue) {
    this.deps = deps;
    this.queue = queue;
  }

  /** Accepts a call: on disk, and queued, when this resolves. */
  async create(wish: NewCall): Promise<Result<Call, Refusal>> {
    const { account } = wish;
    const judged = judge(this.deps, wish);
    if (!judged.ok) return judged;
    if (this.queue().isFull(account.no))
      return fail({ code: 22005, detail: 'The call queue of this account is full.' });
    const { from, to, phoneNumberSid, forwarding } = judged.value;
    const leg = { direction: 'outbound-api', from, to } as const;
    // Nothing is awaited between here and the call's row, which holds the money.
    if (!this.deps.charges.affords(account, leg)) return fail({ code: 20003, detail: noMoney });
    if (!isSipUri(to)) this.deps.guards.took('call', account, to);
    const { statusCallback } = wish;
    const record = this.deps.calling.record({ ...leg, account, phoneNumberSid, statusCallback }, 'queued');
    const call = this.deps.log.begin(record, account);
    this.deps.orders.put(call.sid, wish, forwarding);
    await this.deps.store.durable();
    this.queue().push(account.no, call.sid);
    return ok(call);
  }

  /** Queues again what an earlier run of the edge had not begun; whether there was an order for this call. */
  resume(call: Call): boolean {
    if (call.status !== 'queued' || !this.deps.orders.has(call.sid)) return false;
    this.queue().push(call.accountNo, call.sid);
    return true;
  }

  /** Takes back a call whose turn has not come. */
  withdraw(call: Call, account: Account): Call | undefined {
    this.deps.orders.remove(call.sid);
    return this.deps.log.note(call.sid, account, {
      kind: 'ended',
      status: 'canceled',
      errorCode: 0,
      sipCode: 0,
    });
  }

  /** The turn of a queued call has come. */
  start(sid: Sid): void {
    const { log, books, calls, calling, orders } = this.deps;
    const call = log.book.get(sid);
    const order = orders.take(sid);
    if (call?.status !== 'queued' || order === undefined) return;
    const account = books.accountByNo(call.accountNo);
    if (account === undefined) return;
    const live = calls.revive(call, account);
    if (this.deps.activeAccount(account.sid) === undefined) {
      live.finish({ status: 'failed', errorCode: 10001, sipCode: 0 });
      return;
    }
    live.timeLimitMs = order.timeLimitMs;
    calling.ready(live, {
      destinations: this.destinations(call, order),
      from: callerUser(order.callerId === '' ? call.from : order.callerId),
      callerName: '',
      ...(order.forwarding === undefined
        ? {}
        : { forwardedBy: order.forwarding.by, passport: order.forwarding.passport }),
      headers: order.headers,
      timeoutMs: order.timeoutMs,
    });
    this.lead(live, order).catch(() => live.hangUp(brokenDown));
  }

  private destinations(call: Call, order: CallOrder): readonly Destination[] {
    if (!isSipUri(call.to)) return this.deps.calling.destinationsOf(call.to);
    return [{ kind: 'uri', uri: call.to, username: order.sipUsername, password: order.sipPassword }];
  }

  private async lead(live: LiveCall, order: CallOrder): Promise<void> {
    const leg = await live.answer();
    if (leg === undefined) return;
    const signal = live.begin();
    if (order.recording !== null) await this.record(live, leg, order.recording);
    if (order.sendDigits !== '') {
      const digits = leg.sendDigits(order.sendDigits);
      onInterrupt(signal, () => digits.stop());
      await digits.done;
    }
    const detection = order.machineDetection;
    if (detection !== null) {
      const verdict = this.detect(live, leg, detection, order.asyncDetection ? undefined : signal);
      if (!order.asyncDetection) await verdict;
    }
    if (live.isOver) return;
    const interrupt = interruptOf(signal);
    const source = interrupt?.kind === 'redirect' ? interrupt.source : this.sourceOf(live, order);
    await this.deps.conductor.conduct(live, source);
  }

  private async record(
    live: LiveCall,
    leg: Leg,
    { channels, track, trimSilence, statusCallback }: NonNullable<CallOrder['recording']>,
  ): Promise<void> {
    const { recordings, clock } = this.deps;
    const started = await recordings.start(leg, {
      account: live.account,
      callSid: live.sid,
      source: 'OutboundAPI',
      statusCallback,
      sound: { channels, track, trimSilence },
    });
    if (!started.ok) return;
    const recording = recordings.get(started.value.sid);
    if (recording === undefined) return;
    // It ends with the call, a moment after its end is told.
    live.endParams = () =>
      recordings.paramsOf({ ...recording, durationMs: clock.now() - recording.startedMs }, live.account.sid);
  }

  private async detect(
    live: LiveCall,
    leg: Leg,
    detection: NonNullable<CallOrder['machineDetection']>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const over = new AbortController();
    const release = live.onEnd(() => over.abort());
    const { by, durationMs } = await detectMachine(leg, detection, this.deps.clock, signal ?? over.signal);
    release();
    if (live.isOver) return;
    live.noteAnsweredBy(by);
    const { callback } = detection;
    if (callback === undefined) return;
    await this.deps.documents.tell(live, callback.url, callback.method, [
      ['MachineDetectionDuration', String(durationMs)],
    ]);
  }

  private sourceOf(live: LiveCall, { twiml }: CallOrder): Source {
    switch (twiml.kind) {
      case 'url':
        return { ...twiml, params: [] };
      case 'twiml':
      case 'verbs':
        return twiml;
      case 'application': {
        const config = this.deps.application(live.account.sid, twiml.sid);
        return {
          kind: 'url',
          url: config?.voiceUrl ?? '',
          method: config?.voiceMethod ?? 'POST',
          fallbackUrl: config?.voiceFallbackUrl ?? '',
          fallbackMethod: config?.voiceFallbackMethod ?? 'POST',
          params: [],
        };
      }
    }
  }
}
