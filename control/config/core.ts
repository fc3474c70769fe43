import { z } from 'zod';
import { guardsPart, type GuardsConfig } from '../guards/config.ts';
import { pricesPart, type PricesConfig } from '../prices/config.ts';
import { inventoryPart, type InventoryConfig } from '../inventory/config.ts';
import type { RoutedCarrier } from '../routing/config.ts';
import { vaultPart, type VaultConfig } from '../vault/config.ts';
import { address, choice, textKind, type Kinds } from './kinds.ts';

/** The configuration that every command needs, also those that never start an edge. */
export interface CoreConfig {
  /** Absolute path of the directory that holds the store, keys and media. */
  readonly data: string;
  readonly guards: GuardsConfig;
  readonly carriers: readonly RoutedCarrier[];
  readonly prices: PricesConfig;
  readonly inventory: InventoryConfig;
  readonly vault: VaultConfig;
}

const domainName = /^(?=.{1,200}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** control's own part of the configuration. */
export const corePart = (kinds: Kinds) => ({
  data: kinds.path().default('/var/lib/strowger'),
  /** REST hosts are `api.<domain>` and so on. */
  domain: textKind('a domain name in lower case', (text) =>
    domainName.test(text) ? text : undefined,
  ).default('localhost'),
  metrics: z.strictObject({ listen: address().default({ host: '127.0.0.1', port: 9464 }) }).prefault({}),
  guards: guardsPart().prefault({}),
  prices: pricesPart().prefault({}),
  inventory: inventoryPart().prefault({}),
  vault: vaultPart(kinds).prefault({}),
  log: z
    .strictObject({
      level: choice('trace', 'debug', 'info', 'warn', 'error', 'silent').default('info'),
      format: choice('auto', 'journal', 'json', 'text').default('auto'),
    })
    .prefault({}),
});
