import type { Account } from '../../control/accounts/account.ts';
import type { Clock } from '../../control/base/clock.ts';
import type { Sid } from '../../control/base/sid.ts';
import { currentValue, triggerValue, type Recurring, type Trigger } from '../../control/billing/trigger.ts';
import type { Firing } from '../../control/billing/triggers.ts';
import type { Store } from '../../control/store/store.ts';
import { callbackTable, Callbacks } from './callbacks.ts';
import type { Params } from './signature.ts';
import type { TellDeps } from './tenants.ts';

/** Calls under way at a time, of all accounts. */
const concurrency = 8;

export interface UsageTriggerDeps extends TellDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly accountBySid: (sid: Sid) => Account | undefined;
}

/** Tells applications that a usage trigger of theirs has fired, signed, each until it is heard or given up. */
export class UsageTriggerWebhook {
  private readonly accountBySid: (sid: Sid) => Account | undefined;
  private readonly callbacks: Callbacks;

  constructor({ accountBySid, ...deps }: UsageTriggerDeps) {
    this.accountBySid = accountBySid;
    this.callbacks = new Callbacks({ ...deps, table: callbackTable('usage-trigger-callbacks'), concurrency });
  }

  start(): void {
    this.callbacks.start();
  }

  stop(): void {
    this.callbacks.stop();
  }

  /** Leaves the call of a firing that is being recorded; both commit together. */
  fired(firing: Firing): void {
    const { sid, accountSid, callbackUrl, callbackMethod, fires } = firing.trigger;
    const account = this.accountBySid(accountSid);
    if (account === undefined) return;
    this.callbacks.leave(sid, fires, {
      accountNo: account.no,
      url: callbackUrl,
      method: callbackMethod,
      params: firingParams(firing),
    });
  }
}

/** https://www.twilio.com/docs/usage/api/usage-trigger: what the application is told. */
const firingParams = ({ trigger, row, period }: Firing): Params => [
  ['AccountSid', trigger.accountSid],
  ['UsageTriggerSid', trigger.sid],
  ['Recurring', recurringText(trigger)],
  ['TriggerBy', trigger.triggerBy],
  ['TriggerValue', triggerValue(trigger)],
  ['CurrentValue', currentValue(trigger, row)],
  ['UsageCategory', trigger.usageCategory],
  ['UsageRecordUri', usageRecordUri(trigger)],
  // The same however often this firing is told, another one for each.
  ['IdempotencyToken', `${trigger.sid}-FIRES-${period.name}`],
  ['DateFired', `${new Date(trigger.firedMs).toUTCString().slice(0, -3)}+0000`],
];

/** Empty for triggers that do not recur. */
export const recurringText = ({ recurring }: Pick<Trigger, 'recurring'>): string =>
  recurring === 'alltime' ? '' : recurring;

const recordLists: Readonly<Record<Recurring, string>> = {
  daily: '/Today',
  monthly: '/ThisMonth',
  yearly: '/Yearly',
  alltime: '',
};

/** The usage record whose sums a trigger watches, as a path of the 2010-04-01 API. */
export const usageRecordUri = ({
  accountSid,
  recurring,
  usageCategory,
}: Pick<Trigger, 'accountSid' | 'recurring' | 'usageCategory'>): string =>
  `/2010-04-01/Accounts/${accountSid}/Usage/Records${recordLists[recurring]}.json?Category=${usageCategory}`;
