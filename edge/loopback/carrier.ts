import { systemClock, type Clock, type Timer } from '../../control/base/clock.ts';
import { systemRandom, type Random } from '../../control/base/random.ts';
import type { DeliverSm, SubmitSm } from '../smpp/message.ts';
import type { MessageState } from '../smpp/message-state.ts';
import { SmppServer } from '../smpp/server.ts';
import type { BindAttempt, BindVerdict } from '../smpp/server-config.ts';
import type { ServerSession } from '../smpp/server-session.ts';
import { isThrottle, status } from '../smpp/status.ts';
import { Judge, wantsReceipt, writeId, type Behaviour } from './behaviour.ts';
import { Deliveries } from './deliveries.ts';
import {
  zeroCounts,
  type CarrierCounts,
  type CarrierEvent,
  type Handover,
  type Submitted,
} from './events.ts';
import { partOf, textOf, type Part } from './part.ts';
import { Phones, type PhoneText } from './phones.ts';
import { receiptOf, type Finished } from './receipt.ts';
import { defaultSettings, type LoopbackSettings } from './settings.ts';
import { deliveriesOf } from './texting.ts';

export interface LoopbackSurroundings {
  readonly clock: Clock;
  readonly random: Random;
}

/** deliver_sm that await a response, for each session. */
const window = 50;
/** Clients test their own windows against ours, so ours is wide. */
const inboundWindow = 10_000;

/** A carrier that is not there: an SMSC over real SMPP, and the phones behind it. */
export class LoopbackCarrier {
  private readonly settings: LoopbackSettings;
  private readonly clock: Clock;
  private readonly server: SmppServer<string>;
  private readonly judge: Judge;
  private readonly phones = new Phones();
  private readonly deliveries: Deliveries;
  private readonly counted = zeroCounts();
  private readonly listeners = new Set<(event: CarrierEvent) => void>();
  private readonly fates = new Set<Timer>();
  private readonly taken: Submitted[] = [];
  private behaviour: Behaviour;
  private nextId: number;
  private nextReference = 0;

  constructor(settings: Partial<LoopbackSettings> = {}, around: Partial<LoopbackSurroundings> = {}) {
    this.settings = { ...defaultSettings, ...settings };
    this.behaviour = this.settings.behaviour;
    this.clock = around.clock ?? systemClock;
    this.judge = new Judge(around.random ?? systemRandom);
    this.deliveries = new Deliveries(this.clock, this.settings.pendingMax);
    // Like a real SMSC's, ids do not begin anew when it restarts: clients may still wait for older receipts.
    this.nextId = Math.floor(this.clock.now() / 1_000) * 100_000;
    const { host, port } = this.settings;
    this.server = new SmppServer<string>(
      { name: 'loopback', host, port, systemId: 'loopback', window, inboundWindow },
      {
        authenticate: (attempt) => Promise.resolve(this.authenticate(attempt)),
        bound: (session) => {
          this.counted.binds++;
          this.counted.boundNow++;
          this.emitSession('bound', session);
          this.deliveries.bound(session);
        },
        unbound: (session) => {
          this.counted.boundNow--;
          this.emitSession('unbound', session);
          this.deliveries.unbound(session);
        },
        submit: (session, sm, reply) => this.submit(session.systemId, sm, reply),
        capacity: (session) => this.deliveries.pump(session.systemId),
      },
      { clock: this.clock },
    );
  }

  /** Rejects with Node's error if it cannot listen. */
  listen(): Promise<void> {
    return this.server.listen();
  }

  /** Where it listens, with the port that the system chose. */
  get address(): { readonly host: string; readonly port: number } {
    return { host: this.settings.host, port: this.server.port };
  }

  get counts(): CarrierCounts {
    return { ...this.counted };
  }

  /** The newest submit_sm, oldest of them first. */
  get record(): readonly Submitted[] {
    return this.taken.slice(-this.settings.recordMax);
  }

  /** Behaves otherwise from now on. */
  behave(change: Partial<Behaviour>): void {
    this.behaviour = { ...this.behaviour, ...change };
  }

  /** `receive` must be quick. The function given back ends it. */
  subscribe(receive: (event: CarrierEvent) => void): () => void {
    this.listeners.add(receive);
    return () => void this.listeners.delete(receive);
  }

  /**
   * A phone texts: resolves when a client has taken every part, or else with the worst that became of one. With no
   * client bound, it waits for one. Numbers are E.164 or short codes.
   */
  async phone(from: string, to: string, text: string): Promise<Handover> {
    this.nextReference = (this.nextReference + 1) & 0xff;
    const deliveries = deliveriesOf(from, to, text, this.nextReference);
    const outcomes = await Promise.all(deliveries.map((sm) => this.deliver(null, sm)));
    const outcome = outcomes.find((one) => one !== 'accepted') ?? 'accepted';
    this.counted.texts++;
    const parts = deliveries.length;
    this.emit(() => ({ type: 'texted', atMs: this.clock.now(), from, to, text, parts, outcome }));
    return outcome;
  }

  /** Unbinds every client once its submit_sm are answered; messages still on their way to phones are dropped. */
  async close(): Promise<void> {
    for (const timer of this.fates) timer.cancel();
    this.fates.clear();
    this.deliveries.close();
    await this.server.stop();
  }

  private authenticate({ systemId, password }: BindAttempt): BindVerdict<string> {
    const wanted = this.settings;
    if (wanted.systemId !== null && systemId !== wanted.systemId) {
      return { ok: false, status: status.ESME_RINVSYSID };
    }
    if (wanted.password !== null && password !== wanted.password) {
      return { ok: false, status: status.ESME_RINVPASWD };
    }
    return { ok: true, peer: systemId };
  }

  private submit(systemId: string, sm: SubmitSm, reply: (code: number, messageId?: string) => void): void {
    const { behaviour } = this;
    const verdict =
      this.fates.size >= this.settings.pendingMax
        ? ({ kind: 'refused', status: status.ESME_RMSGQFUL } as const)
        : this.judge.judge(behaviour, sm.destination.addr, this.clock.monotonic());
    const part = partOf(sm);
    this.counted.submits++;
    if (verdict.kind === 'refused') {
      if (isThrottle(verdict.status)) this.counted.throttled++;
      else this.counted.refused++;
      this.keep(part, verdict.status, '');
      this.later(behaviour.latencyMs, () => reply(verdict.status));
      return;
    }
    this.counted.accepted++;
    const id = this.nextId++;
    const messageId = writeId(id, behaviour.messageIds);
    this.keep(part, status.ESME_ROK, messageId);
    const finished = {
      part,
      messageId: writeId(id, behaviour.receipts.messageIds),
      state: verdict.state,
      submittedMs: this.clock.now(),
    };
    const wanted = wantsReceipt(sm.registeredDelivery, verdict.state) ? systemId : null;
    const early = behaviour.receipts.beforeResponse;
    if (early) this.finish(finished, behaviour, wanted);
    this.later(behaviour.latencyMs, () => reply(status.ESME_ROK, messageId));
    if (early) return;
    const timer = this.clock.after(behaviour.latencyMs + behaviour.fates.delayMs, () => {
      this.fates.delete(timer);
      this.finish(finished, behaviour, wanted);
    });
    this.fates.add(timer);
  }

  /** A message comes to its end: at the phone, or not. `systemId` is who wants a receipt. */
  private finish(message: Omit<Finished, 'doneMs'>, behaviour: Behaviour, systemId: string | null): void {
    const doneMs = this.clock.now();
    if (message.state === 'DELIVERED') {
      this.counted.delivered++;
      const received = this.phones.receive(message.part);
      if (received !== undefined) this.arrive(received, doneMs);
    } else {
      this.counted.undelivered++;
    }
    const { form } = behaviour.receipts;
    if (systemId === null || form === 'none') return;
    this.counted.receipts++;
    void this.deliver(systemId, receiptOf({ ...message, doneMs }, form)).then((outcome) =>
      this.emitReport(message.messageId, message.state, outcome),
    );
  }

  /** A whole message is where it goes: at a phone, or on its way back where the number is a client's own. */
  private arrive(received: PhoneText, atMs: number): void {
    const { from, to, text } = received;
    if (this.settings.ownPrefixes.some((prefix) => to.startsWith(prefix))) void this.phone(from, to, text);
    else this.emit(() => ({ type: 'received', atMs, ...received }));
  }

  private async deliver(systemId: string | null, sm: DeliverSm): Promise<Handover> {
    const outcome = await new Promise<Handover>((resolve) => this.deliveries.send(systemId, sm, resolve));
    if (outcome !== 'accepted') this.counted.notTaken++;
    return outcome;
  }

  private keep(part: Part, code: number, messageId: string): void {
    const { recordMax } = this.settings;
    if (recordMax === 0 && this.listeners.size === 0) return;
    const { from, to, sequence, total } = part;
    const event: Submitted = {
      type: 'submitted',
      atMs: this.clock.now(),
      ...{ from, to, sequence, total },
      text: textOf([part]),
      status: code,
      messageId,
    };
    this.taken.push(event);
    // Cut rarely: each cut moves what remains.
    if (this.taken.length >= recordMax * 2) this.taken.splice(0, this.taken.length - recordMax);
    this.emit(() => event);
  }

  private later(delayMs: number, act: () => void): void {
    if (delayMs === 0) act();
    else this.clock.after(delayMs, act);
  }

  private emitReport(messageId: string, state: MessageState, outcome: Handover): void {
    this.emit(() => ({ type: 'reported', atMs: this.clock.now(), messageId, state, outcome }));
  }

  private emitSession(type: 'bound' | 'unbound', { systemId, role }: ServerSession<string>): void {
    this.emit(() => ({ type, atMs: this.clock.now(), systemId, role }));
  }

  private emit(make: () => CarrierEvent): void {
    if (this.listeners.size === 0) return;
    const event = make();
    for (const receive of this.listeners) receive(event);
  }
}
