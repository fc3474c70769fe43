import { UsageTriggerWebhook, type UsageTriggerDeps } from '../webhook/usage-triggers.ts';
import type { Books } from './books.ts';

/** What the books do by themselves while an edge runs. */
export interface Billing {
  start(): void;
  stop(): void;
}

/** Has usage triggers tell the applications of those who set them. */
export function openBilling(
  { store, triggers, accounts }: Books,
  around: Pick<UsageTriggerDeps, 'clock' | 'webhooks' | 'books' | 'observer'>,
): Billing {
  const webhook = new UsageTriggerWebhook({
    ...around,
    store,
    accountBySid: (sid) => accounts.fetch(sid),
  });
  triggers.follow((firing) => webhook.fired(firing));
  return {
    start: () => webhook.start(),
    stop: () => webhook.stop(),
  };
}
