import { excessText } from '../../control/accounts/rates.ts';
import { isSid } from '../../control/base/sid.ts';
import { listMessages, type MessageFilter } from '../messaging/lists.ts';
import { isFinal, type Message } from '../messaging/message.ts';
import { isCursor } from '../messaging/store/list-key.ts';
import type { From } from '../messaging/store/message-lists.ts';
import { addressOf } from './addresses.ts';
import { readDateRange } from './date-range.ts';
import { accountPath, type ApiDeps } from './deps.ts';
import type { ApiRequest, Reply, Route } from './exchange.ts';
import { messageJson } from './message-json.ts';
import { deletedBy } from './monitor-events.ts';
import { readNewMessage } from './new-message.ts';
import { readPageQuery, renderPage } from './paging.ts';
import { Reader } from './readers.ts';
import { created, json, noContent, notFound, refused } from './reply.ts';
import type { TestCredentials } from './test-credentials.ts';

/** Messages (https://www.twilio.com/docs/messaging/api/message-resource). */
export function messageRoutes(deps: ApiDeps, test: TestCredentials): readonly Route[] {
  const product = 'api';
  const list = `${accountPath}/Messages`;
  const one = `${list}/{Sid}`;
  return [
    {
      product,
      method: 'POST',
      traffic: true,
      path: list,
      handler: (request) => create(deps, test, request),
      testCredentials: true,
    },
    { product, method: 'GET', path: list, handler: (request) => readList(deps, request) },
    {
      product,
      method: 'GET',
      path: one,
      handler: withMessage(deps, (message, request) =>
        json(messageJson(message, request.principal.account.sid, deps.currency)),
      ),
    },
    {
      product,
      method: 'POST',
      path: one,
      handler: withMessage(deps, (message, request) => update(deps, message, request)),
    },
    {
      product,
      method: 'DELETE',
      path: one,
      handler: withMessage(deps, (message, request) => remove(deps, message, request)),
    },
  ];
}

/** The message that a path names, if it is the account's own. */
export function messageOf(
  { messaging }: ApiDeps,
  { principal }: ApiRequest,
  sid: string | undefined,
): Message | undefined {
  if (sid === undefined || !(isSid(sid, 'SM') || isSid(sid, 'MM'))) return undefined;
  const message = messaging.ledger.get(sid);
  return message?.accountNo === principal.account.no ? message : undefined;
}

const withMessage =
  (deps: ApiDeps, handle: (message: Message, request: ApiRequest) => Reply | Promise<Reply>) =>
  (request: ApiRequest): Reply | Promise<Reply> => {
    const message = messageOf(deps, request, request.parts['Sid']);
    return message === undefined ? notFound : handle(message, request);
  };

async function create(deps: ApiDeps, test: TestCredentials, { form, principal }: ApiRequest): Promise<Reply> {
  const { account, credential } = principal;
  const wanted = readNewMessage(form, account, deps.applications);
  if (!wanted.ok) return wanted.error;
  if (credential.kind === 'testToken') return test.send(wanted.value, credential.sid);
  const excess = deps.messageRates.enter(
    credential.kind === 'key' ? [account.sid, credential.sid] : [account.sid],
  );
  if (excess !== undefined) return refused(20429, excessText(excess, 'messages'));
  const accepted = await deps.messaging.acceptance.accept(wanted.value);
  if (!accepted.ok) return refused(accepted.error.code, accepted.error.detail);
  return created(messageJson(accepted.value, account.sid, deps.currency));
}

function readList(deps: ApiDeps, request: ApiRequest): Reply {
  const asked = readPageQuery(request.query, isCursor);
  if (!asked.ok) return asked.error;
  const sent = readDateRange(request.query, 'DateSent');
  if (!sent.ok) return sent.error;
  const reader = new Reader(request.query);
  const to = reader.text('To', 256);
  const sender = reader.text('From', 256);
  if (reader.fault !== undefined) return reader.fault;
  const filter: MessageFilter = {
    ...(to ? { to: addressOf(to) } : {}),
    ...(sender ? { from: addressOf(sender) } : {}),
    ...(sent.value === undefined ? {} : { sent: sent.value }),
  };
  const { size, position } = asked.value;
  const { account } = request.principal;
  const from: From =
    position === undefined ? { kind: 'newest' } : { kind: position.direction, cursor: position.key };
  const { items, older, newer } = listMessages(deps.messaging.ledger, account.no, filter, from, size);
  return renderPage(request, asked.value, {
    name: 'messages',
    items: items.map(({ message }) => messageJson(message, account.sid, deps.currency)),
    hasNext: older !== null,
    hasPrevious: newer !== null,
    firstKey: newer ?? undefined,
    lastKey: older ?? undefined,
  });
}

/** Redacts the body of a finished message, or cancels a scheduled one. */
async function update(deps: ApiDeps, message: Message, { form, principal }: ApiRequest): Promise<Reply> {
  const body = form.get('Body');
  const status = form.get('Status') || undefined;
  if (body === undefined && status === undefined)
    return refused(30400, "Give Body='' to redact the message, or Status=canceled to cancel it.");
  if (body !== undefined && status !== undefined)
    return refused(30400, 'A message cannot be redacted and canceled in one request.');
  const { messaging } = deps;
  const { ledger } = messaging;
  if (status !== undefined) {
    if (status !== 'canceled') return refused(30400, 'Status can only become canceled.');
    if (!(await messaging.cancel(message.sid)))
      return refused(30409, 'Only a scheduled message can be canceled, and this one is not any more.');
  } else {
    if (body !== '') return refused(30400, "A body can only be redacted: give Body=''.");
    if (!isFinal(message.status)) return incomplete(message, 'redacted');
    ledger.change(message, { body: '', raw: null });
    deps.alerts.forget(principal.account.sid, message.sid);
    deps.audit.note('message-body', 'deleted', deletedBy(principal, message.sid));
    await ledger.durable();
  }
  const after = ledger.get(message.sid);
  return after === undefined ? notFound : json(messageJson(after, principal.account.sid, deps.currency));
}

/** Removes a finished message with its media. */
async function remove(deps: ApiDeps, message: Message, { principal }: ApiRequest): Promise<Reply> {
  const { messaging, audit, alerts } = deps;
  if (!isFinal(message.status)) return incomplete(message, 'deleted');
  if (message.media > 0)
    for (const media of messaging.media.of(message.sid)) await messaging.media.remove(media);
  audit.note('message', 'deleted', deletedBy(principal, message.sid));
  messaging.ledger.remove(message);
  alerts.forget(principal.account.sid, message.sid);
  await messaging.ledger.durable();
  return noContent;
}

const incomplete = ({ sid, status }: Message, what: string): Reply => ({
  kind: 'error',
  code: 20009,
  detail: `Message ${sid} is ${status}; it can be ${what} once its delivery has completed.`,
  status: 409,
});
