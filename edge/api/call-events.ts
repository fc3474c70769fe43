import type { WebhookEvent } from '../voice/store/tables.ts';
import { callsPath, withCall } from './calls.ts';
import type { VoiceDeps } from './deps.ts';
import type { Json, Route } from './exchange.ts';
import { rowList } from './lists.ts';
import { orNull } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';

/** Call Events (https://www.twilio.com/docs/voice/api/call-event-resource): what a call's application was asked and answered. */
export const callEventRoutes = ({ voice }: VoiceDeps): readonly Route[] => [
  {
    product: 'api',
    method: 'GET',
    path: `${callsPath}/{CallSid}/Events`,
    handler: withCall(voice, 'CallSid', (call, request) =>
      rowList(request, 'events', voice.eventsOf(call.sid), eventJson),
    ),
  },
];

function eventJson({ atMs, url, method, params, status, contentType, body, errorCode }: WebhookEvent): Json {
  const parameters: Record<string, string> = {};
  for (const [name, value] of params) parameters[name] = value;
  return {
    request: { method, url, parameters },
    response: {
      response_code: status === 0 ? null : status,
      request_duration: null,
      content_type: orNull(contentType),
      response_body: body,
      date_created: rfc2822(atMs),
      error_code: errorCode === 0 ? null : errorCode,
    },
  };
}
