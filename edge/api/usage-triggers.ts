import { fail, ok, type Result } from '../../control/base/result.ts';
import { categories, totalPrice } from '../../control/billing/categories.ts';
import { microsPerUnit, parseMicros } from '../../control/billing/micros.ts';
import { dayOf } from '../../control/billing/periods.ts';
import {
  currentAmountMicros,
  currentValue,
  recurrences,
  triggerFields,
  triggerValue,
  type Trigger,
} from '../../control/billing/trigger.ts';
import type { NewTrigger } from '../../control/billing/triggers.ts';
import { recurringText, usageRecordUri } from '../webhook/usage-triggers.ts';
import { accountPath, accountsPath, apiVersion, type ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Reply, Route } from './exchange.ts';
import { given } from './given.ts';
import { sidList } from './lists.ts';
import { invalidParameter, Reader } from './readers.ts';
import { created, json, noContent, notFound, orNull, printable, refused, type Refused } from './reply.ts';
import { dateOrNull, rfc2822 } from './rfc2822.ts';

const badUrl = 21402;
const badMethod = 21403;
const nameMaxCharacters = 64;

const categoryNames: ReadonlySet<string> = new Set([...categories, totalPrice].map(({ name }) => name));

/** Usage/Triggers (https://www.twilio.com/docs/usage/api/usage-trigger). */
export function usageTriggerRoutes(deps: ApiDeps): readonly Route[] {
  const { triggers, durable } = deps;
  const product = 'api';
  const list = `${accountPath}/Usage/Triggers`;
  const one = `${list}/{Sid}`;
  const sidOf = ({ parts }: ApiRequest): string => parts['Sid'] ?? '';
  const accountOf = ({ principal }: ApiRequest): string => principal.account.sid;
  return [
    { product, method: 'POST', path: list, handler: (request) => create(deps, request) },
    { product, method: 'GET', path: list, handler: (request) => readList(deps, request) },
    {
      product,
      method: 'GET',
      path: one,
      handler(request): Reply {
        const found = triggers.fetch(accountOf(request), sidOf(request));
        return found === undefined ? notFound : json(triggerJson(deps, found));
      },
    },
    {
      product,
      method: 'POST',
      path: one,
      async handler(request): Promise<Reply> {
        const reader = new Reader(request.form);
        const change = given({
          friendlyName: reader.text('FriendlyName', nameMaxCharacters),
          callbackUrl: reader.url('CallbackUrl', badUrl) || undefined,
          callbackMethod: reader.method('CallbackMethod', badMethod),
        });
        if (reader.fault !== undefined) return reader.fault;
        const after = triggers.update(accountOf(request), sidOf(request), change);
        if (after === undefined) return notFound;
        await durable();
        return json(triggerJson(deps, after));
      },
    },
    {
      product,
      method: 'DELETE',
      path: one,
      async handler(request): Promise<Reply> {
        if (!triggers.remove(accountOf(request), sidOf(request))) return notFound;
        await durable();
        return noContent;
      },
    },
  ];
}

async function create(deps: ApiDeps, request: ApiRequest): Promise<Reply> {
  const { account } = request.principal;
  const wanted = readTrigger(deps, request);
  if (!wanted.ok) return wanted.error;
  const made = deps.triggers.create(account.sid, wanted.value);
  if (!made.ok) {
    return refused(
      invalidParameter,
      'The account has as many usage triggers as it may: delete some that are not used.',
    );
  }
  await deps.durable();
  return created(triggerJson(deps, made.value));
}

function readList(deps: ApiDeps, request: ApiRequest): Reply {
  const reader = new Reader(request.query);
  const wantedRecurrence = request.query.get('Recurring') === '' ? 'alltime' : undefined;
  const filter = given({
    recurring: reader.choice('Recurring', recurrences) ?? wantedRecurrence,
    triggerBy: reader.choice('TriggerBy', triggerFields),
    usageCategory: reader.text('UsageCategory', 64) || undefined,
  });
  if (reader.fault !== undefined) return reader.fault;
  return sidList(
    request,
    'usage_triggers',
    'UT',
    (page) => deps.triggers.list(request.principal.account.sid, filter, page),
    { sid: ({ sid }) => sid, json: (trigger) => triggerJson(deps, trigger) },
  );
}

function readTrigger(deps: ApiDeps, { form, principal }: ApiRequest): Result<NewTrigger, Refused> {
  const reader = new Reader(form);
  const watched = {
    accountSid: principal.account.sid,
    usageCategory: reader.text('UsageCategory', 64) ?? '',
    triggerBy: reader.choice('TriggerBy', triggerFields) ?? 'usage',
    recurring: reader.choice('Recurring', recurrences) ?? 'alltime',
  };
  const callbackUrl = reader.url('CallbackUrl', badUrl) ?? '';
  const callbackMethod = reader.method('CallbackMethod', badMethod) ?? 'POST';
  const friendlyName = reader.text('FriendlyName', nameMaxCharacters) ?? '';
  if (callbackUrl === '') reader.refuse(badUrl, 'CallbackUrl is required: the URL to call when it fires.');
  if (!categoryNames.has(watched.usageCategory)) {
    reader.refuse(
      invalidParameter,
      `UsageCategory ${printable(watched.usageCategory)} is not measured here. Usage/Records lists those that are.`,
    );
  }
  const text = reader.text('TriggerValue', 32) ?? '';
  const value = parseMicros(text.replace(/^\+/, ''));
  const offset = text.startsWith('+')
    ? currentAmountMicros(watched, deps.triggers.sums(watched, dayOf(deps.clock.now())))
    : 0;
  const thresholdMicros = value.ok ? value.value + offset : NaN;
  if (!(thresholdMicros > 0) || !Number.isSafeInteger(thresholdMicros)) {
    reader.refuse(
      invalidParameter,
      `TriggerValue must be a positive number of at most six decimals below ${Math.floor(Number.MAX_SAFE_INTEGER / microsPerUnit)}, or one after a +, not ${printable(text)}.`,
    );
  }
  if (reader.fault !== undefined) return fail(reader.fault);
  const { usageCategory, triggerBy, recurring } = watched;
  return ok({
    usageCategory,
    triggerBy,
    recurring,
    callbackUrl,
    callbackMethod,
    friendlyName,
    thresholdMicros,
  });
}

/** https://www.twilio.com/docs/usage/api/usage-trigger#trigger-properties */
function triggerJson({ triggers, clock }: ApiDeps, trigger: Trigger): Json {
  const { accountSid, sid } = trigger;
  return {
    account_sid: accountSid,
    api_version: apiVersion,
    callback_method: trigger.callbackMethod,
    callback_url: trigger.callbackUrl,
    current_value: currentValue(trigger, triggers.sums(trigger, dayOf(clock.now()))),
    date_created: rfc2822(trigger.createdMs),
    date_fired: dateOrNull(trigger.firedMs),
    date_updated: rfc2822(trigger.updatedMs),
    friendly_name: orNull(trigger.friendlyName),
    recurring: orNull(recurringText(trigger)),
    sid,
    trigger_by: trigger.triggerBy,
    trigger_value: triggerValue(trigger),
    uri: `${accountsPath}/${accountSid}/Usage/Triggers/${sid}.json`,
    usage_category: trigger.usageCategory,
    usage_record_uri: usageRecordUri(trigger),
  };
}
