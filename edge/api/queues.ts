import type { Sid } from '../../control/base/sid.ts';
import { queueSizeMax, type Queue, type QueueMember } from '../voice/queue.ts';
import type { QueueFault } from '../voice/queues/queues.ts';
import { accountPath, accountsPath, type ApiDeps, type CallApi, type VoiceDeps } from './deps.ts';
import type { ApiRequest, Json, Reply, Route } from './exchange.ts';
import { rowList, sidList } from './lists.ts';
import { Reader } from './readers.ts';
import { created, json, noContent, notFound, refused } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';

const queuesPath = `${accountPath}/Queues`;
const nameMaxCharacters = 64;

/**
 * Queues (https://www.twilio.com/docs/voice/api/queue-resource) and their Members
 * (https://www.twilio.com/docs/voice/api/member-resource), who are calls that wait.
 */
export function queueRoutes(deps: ApiDeps, { voice }: VoiceDeps): readonly Route[] {
  const product = 'api';
  const one = `${queuesPath}/{Sid}`;
  const members = `${queuesPath}/{QueueSid}/Members`;
  return [
    { product, method: 'POST', path: queuesPath, handler: (request) => create(voice, request) },
    {
      product,
      method: 'GET',
      path: queuesPath,
      handler: (request) => {
        const { account } = request.principal;
        return sidList(request, 'queues', 'QU', (page) => voice.queues.list(account.no, page), {
          sid: (queue) => queue.sid,
          json: (queue) => queueJson(voice, queue, account.sid),
        });
      },
    },
    {
      product,
      method: 'GET',
      path: one,
      handler: withQueue(voice, 'Sid', (queue, { principal }) =>
        json(queueJson(voice, queue, principal.account.sid)),
      ),
    },
    {
      product,
      method: 'POST',
      path: one,
      handler: withQueue(voice, 'Sid', (queue, request) => update(voice, queue, request)),
    },
    {
      product,
      method: 'DELETE',
      path: one,
      handler: withQueue(voice, 'Sid', async (queue) => {
        const removed = await voice.queues.remove(queue);
        return removed.ok ? noContent : faultReply(removed.error);
      }),
    },
    {
      product,
      method: 'GET',
      path: members,
      handler: withQueue(voice, 'QueueSid', (queue, request) =>
        rowList(request, 'queue_members', voice.queues.members(queue.sid), (member) =>
          memberJson(deps, member, request.principal.account.sid),
        ),
      ),
    },
    {
      product,
      method: 'GET',
      path: `${members}/{CallSid}`,
      handler: withQueue(voice, 'QueueSid', (queue, { parts, principal }) => {
        const waiting = voice.queues.members(queue.sid);
        const name = parts['CallSid'];
        const member = name === 'Front' ? waiting[0] : waiting.find(({ callSid }) => callSid === name);
        return member === undefined ? notFound : json(memberJson(deps, member, principal.account.sid));
      }),
    },
    {
      product,
      method: 'POST',
      path: `${members}/{CallSid}`,
      handler: withQueue(voice, 'QueueSid', (queue, request) => dequeue(deps, voice, queue, request)),
    },
  ];
}

const withQueue =
  (
    { queues }: CallApi,
    part: string,
    handle: (queue: Queue, request: ApiRequest) => Reply | Promise<Reply>,
  ) =>
  (request: ApiRequest): Reply | Promise<Reply> => {
    const queue = queues.get(request.parts[part] ?? '');
    return queue?.accountNo === request.principal.account.no ? handle(queue, request) : notFound;
  };

async function create(voice: CallApi, { form, principal }: ApiRequest): Promise<Reply> {
  const reader = new Reader(form);
  const name = reader.text('FriendlyName', nameMaxCharacters, 20002) ?? '';
  if (name === '') reader.refuse(20002, `FriendlyName must have 1 to ${nameMaxCharacters} characters.`);
  const maxSize = reader.integer('MaxSize', 1, queueSizeMax);
  if (reader.fault !== undefined) return reader.fault;
  const { account } = principal;
  const made = await voice.queues.create(account.no, name, maxSize);
  return made.ok ? created(queueJson(voice, made.value, account.sid)) : faultReply(made.error);
}

async function update(voice: CallApi, queue: Queue, { form, principal }: ApiRequest): Promise<Reply> {
  const reader = new Reader(form);
  const friendlyName = reader.text('FriendlyName', nameMaxCharacters, 20002) || undefined;
  const maxSize = reader.integer('MaxSize', 1, queueSizeMax);
  if (reader.fault !== undefined) return reader.fault;
  const updated = await voice.queues.update(queue, {
    ...(friendlyName === undefined ? {} : { friendlyName }),
    ...(maxSize === undefined ? {} : { maxSize }),
  });
  return updated.ok
    ? json(queueJson(voice, updated.value, principal.account.sid))
    : faultReply(updated.error);
}

/** Sends a caller, or whoever is at the front, to another document. */
function dequeue(deps: ApiDeps, voice: CallApi, queue: Queue, { form, parts, principal }: ApiRequest): Reply {
  const reader = new Reader(form);
  const url = reader.url('Url', 21205) ?? '';
  const method = reader.method('Method', 21209) ?? 'POST';
  if (url === '') reader.refuse(21205, 'Give the Url that the caller goes on with.');
  if (reader.fault !== undefined) return reader.fault;
  const source = { kind: 'url', url, method, fallbackUrl: '', fallbackMethod: 'POST', params: [] } as const;
  const member = voice.queues.dequeue(queue.sid, parts['CallSid'] ?? '', source);
  return member === undefined ? notFound : json(memberJson(deps, member, principal.account.sid));
}

function faultReply(fault: QueueFault): Reply {
  switch (fault) {
    case 'exists':
      return refused(20409, 'The account has a queue with this FriendlyName already.');
    case 'tooMany':
      return refused(20403, 'The account has as many queues as it may: delete some that are not used.');
    case 'notEmpty':
      return refused(20409, 'Callers wait in the queue: it can be deleted once it is empty.');
    case 'unknown':
      return notFound;
  }
}

function queueJson({ queues }: CallApi, queue: Queue, accountSid: Sid): Json {
  return {
    account_sid: accountSid,
    average_wait_time: queues.averageWaitSeconds(queue.sid),
    current_size: queues.size(queue.sid),
    date_created: rfc2822(queue.createdMs),
    date_updated: rfc2822(queue.updatedMs),
    friendly_name: queue.friendlyName,
    max_size: queue.maxSize,
    sid: queue.sid,
    subresource_uris: { members: `${accountsPath}/${accountSid}/Queues/${queue.sid}/Members.json` },
    uri: `${accountsPath}/${accountSid}/Queues/${queue.sid}.json`,
  };
}

function memberJson({ clock }: ApiDeps, member: QueueMember, accountSid: Sid): Json {
  const { callSid, queueSid, enqueuedMs, position } = member;
  return {
    call_sid: callSid,
    date_enqueued: rfc2822(enqueuedMs),
    position,
    queue_sid: queueSid,
    uri: `${accountsPath}/${accountSid}/Queues/${queueSid}/Members/${callSid}.json`,
    wait_time: Math.max(0, Math.floor((clock.now() - enqueuedMs) / 1000)),
  };
}
