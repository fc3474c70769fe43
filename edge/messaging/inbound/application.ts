import type { PhoneNumber } from '../../../control/inventory/number.ts';
import type { MessagingService } from '../../../control/messaging-services/service.ts';
import type { Step } from './inbox.ts';

type Application = Pick<Step, 'url' | 'method' | 'fallbackUrl' | 'fallbackMethod'>;

const none: Application = { url: '', method: 'POST', fallbackUrl: '', fallbackMethod: 'POST' };

/**
 * Which application hears of a message to a number: that of the service whose pool it is in, unless the service leaves
 * it to the number (https://www.twilio.com/docs/messaging/api/service-resource, UseInboundWebhookOnNumber).
 */
export function applicationOf(
  { assignment }: PhoneNumber,
  service: MessagingService | undefined,
): Application {
  if (service?.useInboundWebhookOnNumber === false) {
    return {
      url: service.inboundRequestUrl,
      method: service.inboundMethod,
      fallbackUrl: service.fallbackUrl,
      fallbackMethod: service.fallbackMethod,
    };
  }
  if (assignment === null) return none;
  const { smsUrl, smsMethod, smsFallbackUrl, smsFallbackMethod } = assignment.config;
  return {
    url: smsUrl,
    method: smsMethod,
    fallbackUrl: smsFallbackUrl,
    fallbackMethod: smsFallbackMethod,
  };
}
