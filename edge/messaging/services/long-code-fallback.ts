import type { Account } from '../../../control/accounts/account.ts';
import type { Guards } from '../../../control/guards/guards.ts';
import type { OptOuts } from '../../../control/optouts/optouts.ts';
import type { MessageCharges } from '../charges.ts';
import type { Message } from '../message.ts';
import type { NumberLookup } from '../outbound/judgement.ts';
import type { QueueEntrance } from '../queue/entrance.ts';
import type { Ledger } from '../store/ledger.ts';
import type { ServiceSenders } from './service-senders.ts';

/**
 * Failures that another sender may escape: 30004 blocked, 30006 unreachable carrier, 30008 unknown, 30024 the sender is
 * not provisioned. Not those of the phone (30003, 30005), and not a filtered text (30007), which no sender may repeat.
 */
const escapable: ReadonlySet<number> = new Set([30004, 30006, 30008, 30024]);

export interface LongCodeFallbackDeps {
  readonly ledger: Ledger;
  readonly entrance: QueueEntrance;
  readonly services: Pick<ServiceSenders, 'longCodeFor' | 'remember'>;
  readonly charges: MessageCharges;
  readonly guards: Pick<Guards, 'message' | 'spent'>;
  readonly optOuts: Pick<OptOuts, 'has'>;
  readonly lookup: NumberLookup;
  readonly activeAccountByNo: (no: number) => Account | undefined;
}

/**
 * FallbackToLongCode of a Messaging Service: what a carrier does not take from a short code, or cannot deliver, goes out
 * once more, from a long code of the pool. It costs what the first sender costs that a carrier has taken it from.
 */
export class LongCodeFallback {
  private readonly deps: LongCodeFallbackDeps;

  constructor(deps: LongCodeFallbackDeps) {
    this.deps = deps;
  }

  /**
   * Puts a message that has failed with this code into the queue of a long code, if there is one for it. It has left its
   * first sender's queue; one that was `sent` stays so. The writes join those of the failure.
   */
  takes(message: Message, errorCode: number): boolean {
    if (message.messagingServiceSid === '' || !escapable.has(errorCode)) return false;
    const { ledger, entrance, services, charges, guards, optOuts, lookup } = this.deps;
    const account = this.deps.activeAccountByNo(message.accountNo);
    const from = account && services.longCodeFor(account, message);
    if (account === undefined || from === undefined) return false;
    const { accountNo, to, media } = message;
    if (optOuts.has({ accountNo, sender: from, recipient: to })) return false;
    if (guards.message(account, from, to) !== undefined) return false;
    const queue = entrance.queueOf({ accountNo, from });
    if (!entrance.hasRoom(queue, message)) return false;
    let { priceMicros } = message;
    if (message.status === 'queued' && priceMicros !== null) {
      const before = priceMicros;
      priceMicros = charges.price(account, message.segments, {
        direction: 'outbound',
        kind: media > 0 ? 'mms' : 'sms',
        number: to,
        senderType: lookup(from)?.type ?? 'local',
      });
      const more = Math.max(0, priceMicros - before);
      if (!charges.affords(account, more)) return false;
      guards.spent(account, to, more);
    }
    const changed = ledger.change(message, { from, priceMicros, parts: [] });
    services.remember(account, changed);
    // A failed commit leaves the message where it was; its failure has not been written either.
    entrance.enter(queue, changed, false).catch(() => undefined);
    return true;
  }
}
