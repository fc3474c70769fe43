import { systemRandom } from '../../control/base/random.ts';
import { sidFactory } from '../../control/base/sid.ts';
import { accountRoutes } from './accounts.ts';
import { applicationRoutes } from './applications.ts';
import { availableNumberRoutes } from './available-numbers.ts';
import { balanceRoutes } from './balance.ts';
import { callerIdRoutes } from './caller-ids.ts';
import type { ApiDeps } from './deps.ts';
import type { Route } from './exchange.ts';
import { feedbackRoutes } from './feedback.ts';
import { incomingNumberRoutes } from './incoming-numbers.ts';
import { keyRoutes } from './keys.ts';
import { mediaRoutes } from './media.ts';
import { messageRoutes } from './messages.ts';
import { shortCodeRoutes } from './short-codes.ts';
import { sipAddressRoutes } from './sip-addresses.ts';
import { sipCredentialRoutes } from './sip-credentials.ts';
import { sipDomainRoutes } from './sip-domains.ts';
import { sipMappingRoutes } from './sip-mappings.ts';
import { TestCredentials } from './test-credentials.ts';

export type { ApiDeps } from './deps.ts';

/** Every route of the REST API. */
export function routes(deps: ApiDeps): readonly Route[] {
  // SIDs of what test credentials pretend to make; they name nothing afterwards.
  const test = new TestCredentials(deps.clock, sidFactory(deps.clock, systemRandom));
  return [
    ...accountRoutes(deps),
    ...keyRoutes(deps),
    ...balanceRoutes(deps),
    ...messageRoutes(deps, test),
    ...mediaRoutes(deps),
    ...feedbackRoutes(deps),
    ...incomingNumberRoutes(deps, test),
    ...availableNumberRoutes(deps),
    ...shortCodeRoutes(deps),
    ...applicationRoutes(deps),
    ...sipDomainRoutes(deps),
    ...sipMappingRoutes(deps),
    ...sipCredentialRoutes(deps),
    ...sipAddressRoutes(deps),
    ...callerIdRoutes(deps),
  ];
}
