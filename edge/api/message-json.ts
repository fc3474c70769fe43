import type { Sid } from '../../control/base/sid.ts';
import { priceText } from '../../control/billing/micros.ts';
import { numberedError } from '../../control/errors/errors.ts';
import { chargeStateOf } from '../messaging/charges.ts';
import type { Message } from '../messaging/message.ts';
import { accountsPath, apiVersion } from './deps.ts';
import type { Json } from './exchange.ts';
import { orNull } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';

/** https://www.twilio.com/docs/messaging/api/message-resource#message-properties */
export function messageJson(message: Message, accountSid: Sid, currency: string): Json {
  const base = `${accountsPath}/${accountSid}/Messages/${message.sid}`;
  const { errorCode, priceMicros } = message;
  return {
    account_sid: accountSid,
    api_version: apiVersion,
    body: message.body,
    date_created: rfc2822(message.createdMs),
    date_sent: message.sentMs === 0 ? null : rfc2822(message.sentMs),
    date_updated: rfc2822(message.updatedMs),
    direction: message.direction,
    error_code: errorCode === 0 ? null : errorCode,
    error_message: errorCode === 0 ? null : numberedError(errorCode).message,
    from: orNull(message.from),
    messaging_service_sid: orNull(message.messagingServiceSid),
    num_media: String(message.media),
    num_segments: String(message.segments),
    price: priceMicros && chargeStateOf(message.status) === 'spent' ? priceText(priceMicros) : null,
    price_unit: currency,
    sid: message.sid,
    status: message.status,
    subresource_uris: { media: `${base}/Media.json`, feedback: `${base}/Feedback.json` },
    to: message.to,
    uri: `${base}.json`,
  };
}
