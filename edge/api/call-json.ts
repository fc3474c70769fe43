import type { Sid } from '../../control/base/sid.ts';
import { priceText } from '../../control/billing/micros.ts';
import { friendlyNumber } from '../../control/inventory/e164.ts';
import { durationSeconds, restStatus, type Call } from '../voice/call.ts';
import { accountsPath, apiVersion } from './deps.ts';
import type { Json } from './exchange.ts';
import { orNull } from './reply.ts';
import { dateOrNull, rfc2822 } from './rfc2822.ts';

const subresources = {
  events: 'Events',
  notifications: 'Notifications',
  payments: 'Payments',
  recordings: 'Recordings',
  siprec: 'Siprec',
  streams: 'Streams',
  transcriptions: 'Transcriptions',
  user_defined_message_subscriptions: 'UserDefinedMessageSubscriptions',
  user_defined_messages: 'UserDefinedMessages',
} as const;

/** https://www.twilio.com/docs/voice/api/call-resource#call-properties */
export function callJson(call: Call, accountSid: Sid, currency: string): Json {
  const base = `${accountsPath}/${accountSid}/Calls/${call.sid}`;
  const duration = durationSeconds(call);
  const { priceMicros } = call.bill;
  const subresourceUris: Record<string, string> = {};
  for (const [name, path] of Object.entries(subresources)) subresourceUris[name] = `${base}/${path}.json`;
  return {
    account_sid: accountSid,
    answered_by: orNull(call.answeredBy),
    api_version: apiVersion,
    caller_name: orNull(call.callerName),
    date_created: rfc2822(call.createdMs),
    date_updated: rfc2822(call.updatedMs),
    direction: call.direction,
    duration: duration === null ? null : String(duration),
    end_time: dateOrNull(call.endedMs),
    forwarded_from: orNull(call.forwardedFrom),
    from: call.from,
    from_formatted: friendlyNumber(call.from),
    group_sid: null,
    parent_call_sid: orNull(call.parentSid),
    phone_number_sid: orNull(call.phoneNumberSid),
    price: priceMicros ? priceText(priceMicros) : null,
    price_unit: currency,
    queue_time: String(call.queueTimeMs),
    sid: call.sid,
    start_time: dateOrNull(call.startedMs),
    status: restStatus(call.status),
    subresource_uris: subresourceUris,
    to: call.to,
    to_formatted: friendlyNumber(call.to),
    trunk_sid: null,
    uri: `${base}.json`,
  };
}
