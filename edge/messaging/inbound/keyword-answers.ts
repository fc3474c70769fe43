import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import { countryOf } from '../../../control/inventory/e164.ts';
import type { NumberType } from '../../../control/inventory/number.ts';
import type { MessagingServices } from '../../../control/messaging-services/messaging-services.ts';
import type { Keywords, OptOutType } from '../../../control/optouts/keywords.ts';
import type { OptOutKey, OptOuts } from '../../../control/optouts/optouts.ts';
import type { Message } from '../message.ts';
import type { Acceptance } from '../outbound/acceptance.ts';
import { keywordEffect } from './keyword-effect.ts';

export interface KeywordAnswersDeps {
  readonly optOuts: OptOuts;
  /** What stands where a Messaging Service has no keywords of its own. */
  readonly keywords: Keywords;
  readonly services: Pick<MessagingServices, 'optOuts' | 'recentPool'>;
  readonly acceptance: () => Acceptance;
  readonly clock: Clock;
}

/** Heeds STOP, START and HELP: keeps who has opted out, and answers. */
export class KeywordAnswers {
  private readonly deps: KeywordAnswersDeps;

  constructor(deps: KeywordAnswersDeps) {
    this.deps = deps;
  }

  /**
   * Gives the OptOutType that the application is told: it is, for messages to a service with Advanced Opt-Out. The
   * message goes on to it in every case, so that it may keep its own list. Carriers handle the keywords for toll-free
   * numbers; a short code's tenant does it itself, or by Advanced Opt-Out. Writes join the write of the message.
   */
  heed(account: Account, numberType: NumberType, message: Message): OptOutType | '' {
    const { optOuts, clock, keywords, services } = this.deps;
    const { messagingServiceSid, body, from } = message;
    const own = messagingServiceSid === '' ? undefined : services.optOuts.recent(messagingServiceSid);
    const advanced = own !== undefined;
    if (numberType === 'tollfree' || (numberType === 'shortcode' && !advanced)) return '';
    const keyword = (own ?? keywords).find(body, from.startsWith('+') ? countryOf(from) : '');
    if (keyword === undefined) return '';
    // Who opts out of one number of a service opts out of all of them, and so it is with opting in.
    const senders = messagingServiceSid === '' ? [message.to] : [message.to, messagingServiceSid];
    const pair = (sender: string): OptOutKey => ({ accountNo: account.no, sender, recipient: from });
    const optedOut = senders.some((sender) => optOuts.has(pair(sender)));
    const { optOut, answered } = keywordEffect(keyword.type, optedOut, advanced);
    if (optOut === 'clear') {
      const pool = services.recentPool(account.sid, messagingServiceSid)?.senders ?? [];
      for (const sender of [...senders, ...pool.map((one) => one.sender)])
        if (optOuts.has(pair(sender))) optOuts.clear(pair(sender));
    }
    // The reply to STOP is accepted before the opt-out holds, the reply to START after it has ended.
    if (answered && keyword.reply !== '') this.answer(account, message, keyword.reply);
    if (optOut === 'set') for (const sender of senders) optOuts.set(pair(sender), clock.now());
    return advanced ? keyword.type : '';
  }

  private answer(account: Account, message: Message, body: string): void {
    const reply = this.deps.acceptance().accept({
      account,
      direction: 'outbound-reply',
      from: message.to,
      to: message.from,
      body,
      mediaUrls: [],
      statusCallback: '',
      validityMs: null,
      sendAtMs: null,
      smartEncoding: false,
      provideFeedback: false,
      raw: null,
      receipt: null,
    });
    // A sender that cannot be answered (an alphanumeric one) simply gets no answer; a failed commit is reported by
    // the write of the message itself.
    reply.catch(() => undefined);
  }
}
