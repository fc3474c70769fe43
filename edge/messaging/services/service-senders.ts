import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import { isAlphanumericSender, isShortCode, parseNumber } from '../../../control/inventory/e164.ts';
import type {
  MessagingServices,
  ServicePool,
} from '../../../control/messaging-services/messaging-services.ts';
import type { PoolSender } from '../../../control/messaging-services/pool-sender.ts';
import type { StickySenders } from '../../../control/messaging-services/sticky-senders.ts';
import type { Message } from '../message.ts';
import type { NewMessage, Refusal } from '../outbound/new-message.ts';
import type { SenderId } from '../queue/queue-table.ts';
import { leastLoaded, suited, type Addressee } from './choice.ts';

export interface ServiceSendersDeps {
  readonly services: Pick<MessagingServices, 'recentPool'>;
  readonly sticky: Pick<StickySenders, 'find' | 'remember'>;
  readonly clock: Clock;
  /** What this edge gives a message that says nothing. */
  readonly validityMaxMs: number;
  /** When a sender has sent what waits for it, in Unix ms. */
  readonly freeMs: (sender: SenderId) => number;
}

const refuse = (code: number, detail: string): Result<never, Refusal> => fail({ code, detail });

/** Gives messages that name a Messaging Service their sender, and what else its configuration says of them. */
export class ServiceSenders {
  private readonly deps: ServiceSendersDeps;
  private turn = 0;

  constructor(deps: ServiceSendersDeps) {
    this.deps = deps;
  }

  /** The message as one from its sender. What it says itself comes before what its service says. */
  apply(wanted: NewMessage, serviceSid: string): Result<NewMessage, Refusal> {
    const { account } = wanted;
    const pool = this.deps.services.recentPool(account.sid, serviceSid);
    if (pool === undefined) return refuse(21701, `There is no Messaging Service ${serviceSid}.`);
    const { service, senders } = pool;
    const to = parseNumber(wanted.to);
    // Its own refusal says so.
    if (!to.ok) return ok(wanted);
    if (senders.length === 0)
      return refuse(21704, `Messaging Service ${service.sid} has no senders. Add one to its pool.`);
    const sender =
      wanted.from === ''
        ? this.choose(pool, account.no, { to: to.value.e164, media: wanted.mediaUrls.length > 0 })
        : named(senders, wanted.from);
    if (sender === undefined) {
      return wanted.from === ''
        ? refuse(
            21703,
            `No sender of Messaging Service ${service.sid} can send this message to ${to.value.e164}. Add one that can.`,
          )
        : refuse(
            21711,
            `The 'From' is not in the pool of Messaging Service ${service.sid}. Add it, or leave it out.`,
          );
    }
    const validityMs = service.validityPeriodSeconds * 1000;
    return ok({
      ...wanted,
      from: sender.sender,
      statusCallback: wanted.statusCallback || service.statusCallback,
      smartEncoding: wanted.smartEncoding ?? service.smartEncoding,
      validityMs: wanted.validityMs ?? (validityMs >= this.deps.validityMaxMs ? null : validityMs),
    });
  }

  /** Notes who sends a message that has been accepted; joins its write. */
  remember(account: Account, { messagingServiceSid, to, from }: Message): void {
    const pool = this.deps.services.recentPool(account.sid, messagingServiceSid);
    if (pool?.service.stickySender === true) this.deps.sticky.remember(messagingServiceSid, to, from);
  }

  /** What the tenant is told of a message at first: a sender of the service's choice is not known yet, nor its segments. */
  firstView({ from }: NewMessage, message: Message): Message {
    const status = message.status === 'scheduled' ? 'scheduled' : 'accepted';
    return { ...message, status, errorCode: 0, from: from === '' ? '' : message.from, segments: 0 };
  }

  /** The long code of its service that a message from a short code falls back to, if there is one. */
  longCodeFor(account: Account, { messagingServiceSid, from, to, media }: Message): string | undefined {
    const pool = this.deps.services.recentPool(account.sid, messagingServiceSid);
    if (pool?.service.fallbackToLongCode !== true || !isShortCode(from)) return undefined;
    const senders = pool.senders.filter(({ kind }) => kind !== 'shortcode' && kind !== 'alphanumeric');
    return this.choose({ ...pool, senders }, account.no, { to, media: media > 0 })?.sender;
  }

  private choose(
    { service, senders }: ServicePool,
    accountNo: number,
    addressee: Addressee,
  ): PoolSender | undefined {
    const groups = suited(senders, addressee, service);
    if (service.stickySender) {
      const last = this.deps.sticky.find(service.sid, addressee.to);
      const known = groups.flat().find(({ sender }) => sender === last);
      if (known !== undefined) return known;
    }
    this.turn = (this.turn + 1) % 1_000_000;
    const nowMs = this.deps.clock.now();
    return leastLoaded(
      groups[0] ?? [],
      ({ sender }) => this.deps.freeMs({ accountNo, from: sender }),
      this.turn,
      nowMs,
    );
  }
}

function named(senders: readonly PoolSender[], from: string): PoolSender | undefined {
  const parsed = isShortCode(from) || isAlphanumericSender(from) ? undefined : parseNumber(from);
  const address = parsed?.ok === true ? parsed.value.e164 : from;
  return senders.find(({ sender }) => sender === address);
}
