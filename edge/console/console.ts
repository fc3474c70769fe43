import { readPair } from '../../control/certificates/pair.ts';
import type { PairFiles } from '../../control/certificates/pair.ts';
import type { Bind } from '../../control/base/bind.ts';
import type { Clock } from '../../control/base/clock.ts';
import type { Address } from '../../control/config/address.ts';
import type { Log } from '../../control/log/log.ts';
import type { ConsoleDeps } from './deps.ts';
import { Door } from './door.ts';
import { listenForConsole, type ConsoleListener } from './listener.ts';
import type { Logins } from './logins.ts';
import { pages } from './pages.ts';

export interface ConsoleConfig {
  readonly listen: Address;
  /** Null: plain HTTP. */
  readonly tls: PairFiles | null;
}

/** Opens the console. Rejects with the reason where the address cannot be bound or the certificate cannot be used. */
export async function openConsole(
  { listen: address, tls }: ConsoleConfig,
  deps: ConsoleDeps,
  around: { readonly logins: Logins; readonly clock: Clock; readonly log: Log },
  listen?: Bind,
): Promise<ConsoleListener> {
  const pair = tls === null ? null : readPair(tls);
  if (typeof pair === 'string') throw new Error(pair);
  const door = new Door({ ...around, pages: pages(deps), secure: pair !== null });
  return listenForConsole(address, pair, (request, response) => void door.handle(request, response), listen);
}
