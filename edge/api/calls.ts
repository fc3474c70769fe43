import { isFinal, type Call } from '../voice/call.ts';
import type { CallFilter } from '../voice/store/call-book.ts';
import { isSid } from '../../control/base/sid.ts';
import type { CallUpdate } from '../voice/voice.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import { addressOf } from './addresses.ts';
import { callJson } from './call-json.ts';
import { readDateRange } from './date-range.ts';
import { accountPath, type ApiDeps, type CallApi, type VoiceDeps } from './deps.ts';
import { readTimeLimit, statusCallbackSpec } from './dial-params.ts';
import { readCallback } from './callback-params.ts';
import type { ApiRequest, Params, Reply, Route } from './exchange.ts';
import { sidList } from './lists.ts';
import { deletedBy } from './monitor-events.ts';
import { readNewCall, readTwimlText } from './new-call.ts';
import { invalidParameter, Reader } from './readers.ts';
import { created, json, noContent, notFound, refused, type Refused } from './reply.ts';
import type { TestCredentials } from './test-credentials.ts';

export const callsPath = `${accountPath}/Calls`;

/** Calls (https://www.twilio.com/docs/voice/api/call-resource). */
export function callRoutes(deps: ApiDeps, { voice }: VoiceDeps, test: TestCredentials): readonly Route[] {
  const product = 'api';
  const one = `${callsPath}/{Sid}`;
  const { currency } = deps;
  return [
    {
      product,
      method: 'POST',
      traffic: true,
      path: callsPath,
      handler: (request) => create(deps, voice, test, request),
      testCredentials: true,
    },
    { product, method: 'GET', path: callsPath, handler: (request) => readList(voice, currency, request) },
    {
      product,
      method: 'GET',
      path: one,
      handler: withCall(voice, 'Sid', (call, { principal }) =>
        json(callJson(call, principal.account.sid, currency)),
      ),
    },
    {
      product,
      method: 'POST',
      path: one,
      handler: withCall(voice, 'Sid', (call, request) => update(voice, currency, call, request)),
    },
    {
      product,
      method: 'DELETE',
      path: one,
      handler: withCall(voice, 'Sid', async (call, { principal }) => {
        if (isFinal(call.status)) {
          deps.audit.note('call', 'deleted', deletedBy(principal, call.sid));
          deps.alerts.forget(principal.account.sid, call.sid);
        }
        const removed = await voice.deleteCall(call);
        return removed.ok ? noContent : refused(removed.error.code, removed.error.detail);
      }),
    },
  ];
}

/** Hands over the call that a part of the path names, if it is the account's own. */
export const withCall =
  ({ calls }: CallApi, part: string, handle: (call: Call, request: ApiRequest) => Reply | Promise<Reply>) =>
  (request: ApiRequest): Reply | Promise<Reply> => {
    const call = calls.get(request.parts[part] ?? '');
    return call?.accountNo === request.principal.account.no ? handle(call, request) : notFound;
  };

async function create(
  { applications, currency }: ApiDeps,
  voice: CallApi,
  test: TestCredentials,
  { form, principal }: ApiRequest,
): Promise<Reply> {
  const { account, credential } = principal;
  const wanted = readNewCall(form, account, applications);
  if (!wanted.ok) return wanted.error;
  if (credential.kind === 'testToken') return test.call(wanted.value, credential.sid);
  const made = await voice.createCall(wanted.value);
  return made.ok
    ? created(callJson(made.value, account.sid, currency))
    : refused(made.error.code, made.error.detail);
}

const statuses = [
  'queued',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'failed',
  'no-answer',
  'canceled',
] as const;

function readList({ calls }: CallApi, currency: string, request: ApiRequest): Reply {
  const filter = readFilter(request.query);
  if (!filter.ok) return filter.error;
  const { account } = request.principal;
  return sidList(request, 'calls', 'CA', (page) => calls.list(account.no, filter.value, page), {
    sid: (call) => call.sid,
    json: (call) => callJson(call, account.sid, currency),
  });
}

function readFilter(query: Params): Result<CallFilter, Refused> {
  const started = readDateRange(query, 'StartTime');
  if (!started.ok) return started;
  const ended = readDateRange(query, 'EndTime');
  if (!ended.ok) return ended;
  const reader = new Reader(query);
  const to = reader.text('To', 256);
  const from = reader.text('From', 256);
  const parentSid = reader.text('ParentCallSid', 34) || undefined;
  const status = reader.choice('Status', statuses);
  if (parentSid !== undefined && !isSid(parentSid, 'CA'))
    reader.refuse(invalidParameter, 'ParentCallSid must be the SID of a call.');
  if (reader.fault !== undefined) return fail(reader.fault);
  return ok({
    ...(to ? { to: addressOf(to) } : {}),
    ...(from ? { from: addressOf(from) } : {}),
    ...(parentSid === undefined ? {} : { parentSid }),
    ...(status === undefined ? {} : { status }),
    ...(started.value === undefined ? {} : { started: started.value }),
    ...(ended.value === undefined ? {} : { ended: ended.value }),
  });
}

/**
 * Redirects a call, ends it, tells its status elsewhere, or limits it
 * (https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource).
 */
async function update(
  voice: CallApi,
  currency: string,
  call: Call,
  { form, principal }: ApiRequest,
): Promise<Reply> {
  const changes = readUpdate(form);
  if (!changes.ok) return changes.error;
  let after = call;
  for (const change of changes.value) {
    const updated = await voice.updateCall(after, change);
    if (!updated.ok) return refused(updated.error.code, updated.error.detail);
    after = updated.value;
  }
  return json(callJson(after, principal.account.sid, currency));
}

/** What a request changes, in the order in which it is done: an end comes last. */
function readUpdate(form: Params): Result<readonly CallUpdate[], Refused> {
  const reader = new Reader(form);
  const statusCallback = readCallback(reader, form, statusCallbackSpec);
  const timeLimitMs = readTimeLimit(reader);
  const source = readSource(reader);
  const status = reader.choice('Status', ['canceled', 'completed'], 21220);
  if (reader.fault !== undefined) return fail(reader.fault);
  const changes: CallUpdate[] = [];
  if (statusCallback !== null) changes.push({ kind: 'tell', statusCallback });
  if (timeLimitMs !== undefined) changes.push({ kind: 'limit', timeLimitMs });
  if (status !== undefined) changes.push({ kind: status === 'completed' ? 'complete' : 'cancel' });
  else if (source !== undefined) changes.push({ kind: 'redirect', source });
  return ok(changes);
}

/** Where a call goes on; undefined if it stays where it is. */
function readSource(reader: Reader): Extract<CallUpdate, { kind: 'redirect' }>['source'] | undefined {
  const url = reader.url('Url', 21205) ?? '';
  const method = reader.method('Method', 21209) ?? 'POST';
  const fallbackUrl = reader.url('FallbackUrl', 21205) ?? '';
  const fallbackMethod = reader.method('FallbackMethod', 21209) ?? 'POST';
  const twiml = readTwimlText(reader);
  if (url !== '' && twiml !== '')
    reader.refuse(invalidParameter, 'Url and Twiml cannot be given in one request.');
  if (url !== '') return { kind: 'url', url, method, fallbackUrl, fallbackMethod, params: [] };
  return twiml === '' ? undefined : { kind: 'twiml', twiml };
}
