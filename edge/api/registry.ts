import { systemRandom } from '../../control/base/random.ts';
import { sidFactory } from '../../control/base/sid.ts';
import { accountRoutes } from './accounts.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { applicationRoutes } from './applications.ts';
import { authTokenRoutes } from './auth-tokens.ts';
import { availableNumberRoutes } from './available-numbers.ts';
import { balanceRoutes } from './balance.ts';
import { bundleItemRoutes } from './bundle-items.ts';
import { bundlePaperRoutes } from './bundle-papers.ts';
import { bundleRoutes } from './bundles.ts';
import { callerIdRoutes } from './caller-ids.ts';
import { callEventRoutes } from './call-events.ts';
import { callRecordingRoutes } from './call-recordings.ts';
import { callRoutes } from './calls.ts';
import { connectAppRoutes } from './connect-apps.ts';
import { conferenceRoutes } from './conferences.ts';
import type { ApiDeps, VoiceDeps } from './deps.ts';
import type { Route } from './exchange.ts';
import { dialingPermissionRoutes } from './dialing-permissions.ts';
import { feedbackRoutes } from './feedback.ts';
import { geoPermissionRoutes } from './geo-permissions.ts';
import { hostedOrderRoutes } from './hosted-orders.ts';
import { incomingNumberRoutes } from './incoming-numbers.ts';
import { insightRoutes } from './insights.ts';
import { keyRoutes } from './keys.ts';
import { lookupRoutes } from './lookups.ts';
import { mediaRoutes } from './media.ts';
import { messageRoutes } from './messages.ts';
import { monitorAlertRoutes } from './monitor-alerts.ts';
import { monitorEventRoutes } from './monitor-events.ts';
import { messagingServiceRoutes } from './messaging-services.ts';
import { notificationRoutes } from './notifications.ts';
import { participantRoutes } from './participants.ts';
import { withPermissions } from './permissions.ts';
import { postalAddressRoutes } from './postal-addresses.ts';
import { publicKeyRoutes } from './public-keys.ts';
import { pricingRoutes } from './pricing.ts';
import { queueRoutes } from './queues.ts';
import { recordingRoutes } from './recordings.ts';
import { regulationRoutes } from './regulations.ts';
import { serviceSenderRoutes } from './service-senders.ts';
import { shortCodeRoutes } from './short-codes.ts';
import { sipAddressRoutes } from './sip-addresses.ts';
import { sipCredentialRoutes } from './sip-credentials.ts';
import { sipDomainRoutes } from './sip-domains.ts';
import { sipMappingRoutes } from './sip-mappings.ts';
import { streamRoutes } from './streams.ts';
import { TestCredentials } from './test-credentials.ts';
import { transcriptionRoutes } from './transcriptions.ts';
import { usageRoutes } from './usage-records.ts';
import { usageTriggerRoutes } from './usage-triggers.ts';

export type { ApiDeps, VoiceDeps } from './deps.ts';

/** Every route of the REST API. */
export function routes(deps: ApiDeps): readonly Route[] {
  // SIDs of what test credentials pretend to make; they name nothing afterwards.
  const test = new TestCredentials(deps.clock, sidFactory(deps.clock, systemRandom), deps.currency);
  return withPermissions([
    ...accountRoutes(deps),
    ...keyRoutes(deps),
    ...apiKeyRoutes(deps),
    ...authTokenRoutes(deps),
    ...publicKeyRoutes(deps),
    ...balanceRoutes(deps),
    ...usageRoutes(deps),
    ...pricingRoutes(deps),
    ...usageTriggerRoutes(deps),
    ...messageRoutes(deps, test),
    ...mediaRoutes(deps),
    ...messagingServiceRoutes(deps),
    ...serviceSenderRoutes(deps),
    ...feedbackRoutes(deps),
    ...incomingNumberRoutes(deps, test),
    ...availableNumberRoutes(deps),
    ...postalAddressRoutes(deps),
    ...bundleRoutes(deps),
    ...bundleItemRoutes(deps),
    ...bundlePaperRoutes(deps),
    ...regulationRoutes(),
    ...hostedOrderRoutes(deps),
    ...lookupRoutes(deps),
    ...shortCodeRoutes(deps),
    ...applicationRoutes(deps),
    ...connectAppRoutes(deps),
    ...sipDomainRoutes(deps),
    ...sipMappingRoutes(deps),
    ...sipCredentialRoutes(deps),
    ...sipAddressRoutes(deps),
    ...callerIdRoutes(deps),
    ...notificationRoutes(deps),
    ...monitorAlertRoutes(deps),
    ...monitorEventRoutes(deps),
    ...geoPermissionRoutes(deps),
    ...dialingPermissionRoutes(deps),
    ...(deps.voice === null ? [] : voiceRoutes(deps, deps.voice, test)),
  ]);
}

/** What only an edge that takes calls has. */
const voiceRoutes = (deps: ApiDeps, voice: VoiceDeps, test: TestCredentials): readonly Route[] => [
  ...callRoutes(deps, voice, test),
  ...callEventRoutes(voice),
  ...insightRoutes(deps, voice),
  ...recordingRoutes(deps, voice),
  ...callRecordingRoutes(deps, voice),
  ...transcriptionRoutes(deps, voice),
  ...conferenceRoutes(voice),
  ...participantRoutes(voice),
  ...queueRoutes(deps, voice),
  ...streamRoutes(voice),
];
