import type { ConsoleDeps } from './deps.ts';
import type { Page } from './page.ts';
import { accountPage, accountsPage } from './pages/accounts.ts';
import { alertPage } from './pages/alert.ts';
import { alertsPage } from './pages/alerts.ts';
import { callPage } from './pages/call.ts';
import { callsPage } from './pages/calls.ts';
import { healthPage } from './pages/health.ts';
import { messagePage } from './pages/message.ts';
import { messagesPage } from './pages/messages.ts';
import { numberPage } from './pages/number.ts';
import { numbersPage } from './pages/numbers.ts';
import { requestsPage } from './pages/requests.ts';
import { usagePage } from './pages/usage.ts';
import { signaturePage } from './pages/signature.ts';
import { wirePages } from './pages/wire.ts';

/** The table of pages, in the order of the navigation. Each is a file of `pages/`. */
export function pages(deps: ConsoleDeps): readonly Page[] {
  const voice = deps.api.voice?.voice;
  return [
    healthPage(deps),
    alertsPage(deps),
    alertPage(deps),
    accountsPage(deps),
    accountPage(deps),
    messagesPage(deps),
    messagePage(deps),
    ...(voice === undefined ? [] : [callsPage(deps, voice), callPage(deps, voice)]),
    numbersPage(deps),
    numberPage(deps),
    requestsPage(deps),
    usagePage(deps),
    signaturePage(deps),
    ...wirePages(deps),
  ];
}
