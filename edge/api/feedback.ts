import { accountPath, accountsPath, type ApiDeps } from './deps.ts';
import type { ApiRequest, Reply, Route } from './exchange.ts';
import { messageOf } from './messages.ts';
import { Reader } from './readers.ts';
import { json, notFound } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';

/** MessageFeedback (https://www.twilio.com/docs/messaging/api/message-feedback-resource). */
export const feedbackRoutes = (deps: ApiDeps): readonly Route[] => [
  {
    product: 'api',
    method: 'POST',
    path: `${accountPath}/Messages/{MessageSid}/Feedback`,
    handler: (request) => create(deps, request),
  },
];

async function create(deps: ApiDeps, request: ApiRequest): Promise<Reply> {
  const message = messageOf(deps, request, request.parts['MessageSid']);
  if (message === undefined) return notFound;
  const reader = new Reader(request.form);
  const outcome = reader.choice('Outcome', ['confirmed', 'unconfirmed']) ?? 'confirmed';
  if (reader.fault !== undefined) return reader.fault;
  const { ledger } = deps.messaging;
  ledger.change(message, { feedback: outcome });
  await ledger.durable();
  const accountSid = request.principal.account.sid;
  const date = rfc2822(deps.clock.now());
  // Documented: 200, although it makes a resource.
  return json({
    account_sid: accountSid,
    date_created: date,
    date_updated: date,
    message_sid: message.sid,
    outcome,
    uri: `${accountsPath}/${accountSid}/Messages/${message.sid}/Feedback.json`,
  });
}
