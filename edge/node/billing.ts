import { DetailExport } from '../../control/billing/export/detail-export.ts';
import { dataLayout } from '../../control/config/layout.ts';
import type { Log } from '../../control/log/log.ts';
import { UsageTriggerWebhook, type UsageTriggerDeps } from '../webhook/usage-triggers.ts';
import type { Config } from '../config.ts';
import type { Books } from './books.ts';

/** What the books do by themselves while an edge runs. */
export interface Billing {
  start(): void;
  stop(): Promise<void>;
}

interface Surroundings extends Pick<UsageTriggerDeps, 'clock' | 'webhooks' | 'books' | 'observer'> {
  readonly log: Log;
}

/** Has numbers paid by the month, usage triggers tell the applications of those who set them, and writes the files of detail records. */
export function openBilling(
  config: Pick<Config, 'data' | 'details' | 'prices'>,
  { store, triggers, accounts, details, rents }: Books,
  { log, ...around }: Surroundings,
): Billing {
  const webhook = new UsageTriggerWebhook({
    ...around,
    store,
    accountBySid: (sid) => accounts.fetch(sid),
  });
  triggers.follow((firing) => webhook.fired(firing));
  const files = new DetailExport({
    store,
    details,
    clock: around.clock,
    directory: dataLayout(config.data).details,
    config: config.details,
    currency: config.prices.currency,
    failed: (reason) =>
      log.error({ reason }, 'detail records cannot be written to files; they stay in the store'),
  });
  return {
    start() {
      webhook.start();
      rents.start();
      files.start();
    },
    stop() {
      rents.stop();
      webhook.stop();
      return files.stop();
    },
  };
}
