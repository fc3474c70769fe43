import { fail, ok, type Result } from '../../../control/base/result.ts';
import { sidBytes } from '../../../control/base/sid.ts';
import type { Guards } from '../../../control/guards/guards.ts';
import type { Message } from '../message.ts';
import type { QueueEntrance } from '../queue/entrance.ts';
import type { ServiceSenders } from '../services/service-senders.ts';
import type { Change, Ledger } from '../store/ledger.ts';
import type { Judgement } from './judgement.ts';
import type { NewMessage, Refusal } from './new-message.ts';

/** A message that has been written, and when that is on disk. */
export interface Taken {
  readonly message: Message;
  readonly durable: Promise<void>;
}

export interface AcceptanceDeps {
  readonly ledger: Ledger;
  readonly judgement: Judgement;
  readonly entrance: QueueEntrance;
  readonly guards: Pick<Guards, 'took' | 'spent'>;
  readonly services: ServiceSenders;
  /** A scheduled message is on disk. */
  readonly scheduled: (atMs: number) => void;
  readonly keepMediaUrls: (message: Message, urls: readonly string[]) => void;
  readonly mediaDue: (message: Message) => void;
}

/** https://www.twilio.com/docs/api/errors/30001 */
export const queueOverflow = 30001;

/** Judges new messages and, when they are good, makes them durable in the queue of their sender. */
export class Acceptance {
  private readonly deps: AcceptanceDeps;

  constructor(deps: AcceptanceDeps) {
    this.deps = deps;
  }

  /** Resolves once the message is on disk; then it may be acknowledged. */
  async accept(wanted: NewMessage): Promise<Result<Message, Refusal>> {
    const taken = this.take(wanted);
    if (!taken.ok) return taken;
    await taken.value.durable;
    return ok(taken.value.message);
  }

  /** Judges and writes a message at once, so that what the caller writes next commits together with it. */
  take(wanted: NewMessage): Result<Taken, Refusal> {
    if (wanted.messagingServiceSid === undefined) return this.takeFrom(wanted);
    const { services } = this.deps;
    const applied = services.apply(wanted, wanted.messagingServiceSid);
    if (!applied.ok) return applied;
    const taken = this.takeFrom(applied.value);
    if (!taken.ok) return taken;
    const { message, durable } = taken.value;
    services.remember(wanted.account, message);
    return ok({ message: services.firstView(wanted, message), durable });
  }

  private takeFrom(wanted: NewMessage): Result<Taken, Refusal> {
    const { ledger, entrance } = this.deps;
    const judged = this.deps.judgement.of(wanted);
    if (!judged.ok) return judged;
    const message = judged.value;
    const create = (): void => {
      if (message.messagingServiceSid === '' || message.status !== 'queued') ledger.create(message);
      else this.createAccepted(message, { status: 'queued' });
      this.deps.guards.took('message', wanted.account, message.to);
      if (message.priceMicros !== null)
        this.deps.guards.spent(wanted.account, message.to, message.priceMicros);
    };
    if (message.status === 'scheduled') {
      create();
      ledger.schedule.put({ atMs: message.sendAtMs, id: sidBytes(message.sid) }, null);
      const durable = ledger.durable().then(() => this.deps.scheduled(message.sendAtMs));
      return ok({ message, durable });
    }
    if (message.media > 0) {
      create();
      this.deps.keepMediaUrls(message, wanted.mediaUrls);
      const durable = ledger.durable().then(() => this.deps.mediaDue(message));
      return ok({ message, durable });
    }
    const sender = entrance.queueOf(message);
    if (!entrance.hasRoom(sender, message)) {
      // A service's messages are accepted before they have a sender (https://www.twilio.com/docs/api/errors/21611).
      if (message.messagingServiceSid !== '') return ok(this.overflowed(message));
      const detail = `${message.from} already has ${sender.waitingSegments} segments waiting. Send more slowly.`;
      return fail({ code: 21611, detail });
    }
    create();
    return ok({ message, durable: entrance.enter(sender, message, wanted.validityMs !== null) });
  }

  /** A service's message begins as `accepted`; what it becomes then is told like every change. */
  private createAccepted(message: Message, change: Change): Message {
    const accepted: Message = { ...message, status: 'accepted' };
    this.deps.ledger.create(accepted);
    return this.deps.ledger.change(accepted, change);
  }

  private overflowed(message: Message): Taken {
    const failed = this.createAccepted(message, { status: 'failed', errorCode: queueOverflow });
    return { message: failed, durable: this.deps.ledger.durable() };
  }
}
