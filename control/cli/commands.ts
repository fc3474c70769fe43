import type { CoreConfig } from '../config/core.ts';
import type { Command } from './command.ts';
import { accountCommands } from './commands/account.ts';
import { audit } from './commands/audit.ts';
import { billingCommands } from './commands/billing.ts';
import { backup, backups } from './commands/backup.ts';
import { consoleCommands } from './commands/console.ts';
import type { OpenChargedRoom } from '../billing/audit/room.ts';
import { checkCommand } from './commands/check.ts';
import { bundleCommands } from './commands/bundle.ts';
import { guardCommands } from './commands/guard.ts';
import { hostingCommands } from './commands/hosting.ts';
import { numberCommands } from './commands/number.ts';
import { priceCommands } from './commands/price.ts';
import { serviceCommands } from './commands/service.ts';
import { restore } from './commands/restore.ts';
import { portCommands } from './commands/route-port.ts';
import { routeTest } from './commands/route-test.ts';
import { routeCommands } from './commands/route.ts';
import { status } from './commands/status.ts';
import { usageCommands } from './commands/usage.ts';

/** The commands that need no edge in this process. `charged` are the rooms that `check --books` looks over. */
export const controlCommands = (charged: readonly OpenChargedRoom[]): readonly Command<CoreConfig>[] => [
  checkCommand(charged),
  ...accountCommands,
  ...billingCommands,
  ...numberCommands,
  ...bundleCommands,
  ...hostingCommands,
  ...priceCommands,
  ...usageCommands,
  ...routeCommands,
  routeTest,
  ...portCommands,
  ...guardCommands,
  ...serviceCommands,
  ...consoleCommands,
  audit,
  status,
  backup,
  backups,
  restore,
];
