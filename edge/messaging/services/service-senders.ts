import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import { isAlphanumericSender, isShortCode, parseNumber } from '../../../control/inventory/e164.ts';
import type { MessagingServices } from '../../../control/messaging-services/messaging-services.ts';
import type { ServicePool } from '../../../control/messaging-services/recent-pools.ts';
import type { PoolSender } from '../../../control/messaging-services/pool-sender.ts';
import type { StickySenders } from '../../../control/messaging-services/sticky-senders.ts';
import type { Message } from '../message.ts';
import type { NumberLookup } from '../outbound/judgement.ts';
import type { NewMessage, Refusal } from '../outbound/new-message.ts';
import type { SenderId } from '../queue/queue-table.ts';
import { isLongCode } from './choice.ts';
import { PoolChoice, type Addressee, type SenderState } from './pool-choice.ts';

export interface ServiceSendersDeps {
  readonly services: Pick<MessagingServices, 'recentPool'>;
  readonly sticky: Pick<StickySenders, 'find' | 'remember'>;
  readonly clock: Clock;
  readonly lookup: NumberLookup;
  /** What this edge gives a message that says nothing. */
  readonly validityMaxMs: number;
  /** When a sender has sent what waits for it, in Unix ms. */
  readonly freeMs: (sender: SenderId) => number;
}

const refuse = (code: number, detail: string): Result<never, Refusal> => fail({ code, detail });

/** Gives messages that name a Messaging Service their sender, and what else its configuration says of them. */
export class ServiceSenders {
  private readonly deps: ServiceSendersDeps;
  /** For as long as a pool does not change. */
  private readonly choices = new WeakMap<ServicePool, PoolChoice>();
  /** The same of long codes alone. */
  private readonly longCodes = new WeakMap<ServicePool, PoolChoice>();

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
        ? this.choose(pool, account, { to: to.value.e164, media: wanted.mediaUrls.length > 0 })
        : this.choiceOf(pool).find(addressOf(wanted.from));
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
    let choice = this.longCodes.get(pool);
    if (choice === undefined) {
      choice = new PoolChoice({ ...pool, senders: pool.senders.filter(isLongCode) });
      this.longCodes.set(pool, choice);
    }
    return choice.best({ to, media: media > 0 }, this.stateFor(account), this.deps.clock.now())?.sender;
  }

  private choose(pool: ServicePool, account: Account, addressee: Addressee): PoolSender | undefined {
    const choice = this.choiceOf(pool);
    const state = this.stateFor(account);
    const { service } = pool;
    const last = service.stickySender ? this.deps.sticky.find(service.sid, addressee.to) : undefined;
    const known = last === undefined ? undefined : choice.find(last);
    if (known !== undefined && choice.suits(known, addressee) && state.isHeld(known)) return known;
    return choice.best(addressee, state, this.deps.clock.now());
  }

  private choiceOf(pool: ServicePool): PoolChoice {
    const known = this.choices.get(pool);
    if (known !== undefined) return known;
    const choice = new PoolChoice(pool);
    this.choices.set(pool, choice);
    return choice;
  }

  private stateFor({ no, sid }: Account): SenderState {
    const { lookup, freeMs } = this.deps;
    return {
      isHeld: (sender) => {
        if (sender.kind === 'alphanumeric') return true;
        const assignment = lookup(sender.sender)?.assignment;
        return assignment?.sid === sender.sid && assignment.accountSid === sid;
      },
      freeMs: ({ sender }) => freeMs({ accountNo: no, from: sender }),
    };
  }
}

/** A sender as pools have it. */
function addressOf(from: string): string {
  const parsed = isShortCode(from) || isAlphanumericSender(from) ? undefined : parseNumber(from);
  return parsed?.ok === true ? parsed.value.e164 : from;
}
