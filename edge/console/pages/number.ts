import type { Account } from '../../../control/accounts/account.ts';
import type { AssignedNumber } from '../../../control/inventory/number.ts';
import type { NumberConfig } from '../../../control/inventory/number.ts';
import { numberedError } from '../../../control/errors/errors.ts';
import { changeNumber, changeShortCode } from '../../api/number-change.ts';
import { ParamList } from '../../api/params.ts';
import { choice, code, facts, field, moment } from '../components.ts';
import type { ConsoleDeps } from '../deps.ts';
import { html, type Html } from '../html.ts';
import type { Page, PageRequest, Reply } from '../page.ts';
import { visible } from '../scope.ts';
import { capabilityWords, isNumberSid } from './numbers.ts';

/** A parameter of IncomingPhoneNumbers that the page's form sets, with that of a URL's method beside it. */
interface Setting {
  readonly name: string;
  readonly label: string;
  readonly value: (config: NumberConfig) => string;
  readonly hint?: string;
  readonly method?: { readonly name: string; readonly value: (config: NumberConfig) => string };
}

const friendlyName: Setting = { name: 'FriendlyName', label: 'Name', value: (config) => config.friendlyName };

const messages: readonly Setting[] = [
  {
    name: 'SmsUrl',
    label: 'A message comes in',
    value: ({ smsUrl }) => smsUrl,
    hint: 'URL of its TwiML',
    method: { name: 'SmsMethod', value: ({ smsMethod }) => smsMethod },
  },
  {
    name: 'SmsFallbackUrl',
    label: 'If that fails',
    value: ({ smsFallbackUrl }) => smsFallbackUrl,
    method: { name: 'SmsFallbackMethod', value: ({ smsFallbackMethod }) => smsFallbackMethod },
  },
];

const messageApplication: Setting = {
  name: 'SmsApplicationSid',
  label: 'Application for messages',
  value: ({ smsApplicationSid }) => smsApplicationSid,
  hint: 'AP…; it is asked in place of the URLs',
};

const calls: readonly Setting[] = [
  {
    name: 'VoiceUrl',
    label: 'A call comes in',
    value: ({ voiceUrl }) => voiceUrl,
    hint: 'URL of its TwiML',
    method: { name: 'VoiceMethod', value: ({ voiceMethod }) => voiceMethod },
  },
  {
    name: 'VoiceFallbackUrl',
    label: 'If that fails',
    value: ({ voiceFallbackUrl }) => voiceFallbackUrl,
    method: { name: 'VoiceFallbackMethod', value: ({ voiceFallbackMethod }) => voiceFallbackMethod },
  },
  {
    name: 'VoiceApplicationSid',
    label: 'Application for calls',
    value: ({ voiceApplicationSid }) => voiceApplicationSid,
    hint: 'AP…; it is asked in place of the URLs',
  },
  {
    name: 'StatusCallback',
    label: 'Told of a call that has ended',
    value: ({ statusCallback }) => statusCallback,
    method: { name: 'StatusCallbackMethod', value: ({ statusCallbackMethod }) => statusCallbackMethod },
  },
];

const settable = ({ type }: AssignedNumber): readonly Setting[] =>
  type === 'shortcode'
    ? [friendlyName, ...messages]
    : [friendlyName, ...messages, messageApplication, ...calls];

/** One number and what it is configured to. The form's fields are parameters of the REST resource, read by its rules. */
export const numberPage = (deps: ConsoleDeps): Page => ({
  path: '/numbers/{Sid}',
  for: 'everybody',
  get: (request) => {
    const found = numberOf(deps, request);
    if (found === undefined) return { kind: 'notFound' };
    return shown(found, { config: found.number.assignment.config, saved: request.query.has('saved') });
  },
  post: async (request) => {
    const found = numberOf(deps, request);
    if (found === undefined) return { kind: 'notFound' };
    const { number } = found;
    const names = new Set(settable(number).flatMap(({ name, method }) => [name, method?.name ?? name]));
    const params = ParamList.of([...request.form].filter(([name]) => names.has(name)));
    const changed = await (number.type === 'shortcode'
      ? changeShortCode(deps.api, number, params)
      : changeNumber(deps.api, number, params));
    if (changed.ok) return { kind: 'seeOther', path: `/numbers/${number.assignment.sid}?saved` };
    const fault = `${changed.error.code}: ${changed.error.detail ?? numberedError(changed.error.code).message}`;
    return shown(found, { given: request.form, fault });
  },
});

interface Found {
  readonly number: AssignedNumber;
  readonly account: Account;
}

function numberOf({ api }: ConsoleDeps, { viewer, parts }: PageRequest): Found | undefined {
  const sid = parts['Sid'] ?? '';
  const number = isNumberSid(sid) ? api.inventory.bySid(sid) : undefined;
  const account =
    number === undefined ? undefined : visible(viewer, api.accounts, number.assignment.accountSid);
  return number === undefined || account === undefined ? undefined : { number, account };
}

const methods = [
  ['POST', 'POST'],
  ['GET', 'GET'],
] as const;

/** What the form holds: what is configured, or what was given and refused. */
type Content =
  | { readonly config: NumberConfig; readonly saved: boolean }
  | { readonly given: URLSearchParams; readonly fault: string };

function shown({ number, account }: Found, content: Content): Reply {
  const { e164, assignment, place, type, capabilities } = number;
  const shownAs = ({ name, value }: Pick<Setting, 'name' | 'value'>): string =>
    'config' in content ? value(content.config) : (content.given.get(name) ?? '');
  const input = (setting: Setting): Html => {
    const { name, label, method, hint } = setting;
    const text = field(name, label, shownAs(setting), {
      code: true,
      size: 60,
      ...(hint === undefined ? {} : { hint }),
    });
    return method === undefined
      ? text
      : html`<div class="pair">${text} ${choice(method.name, 'by', shownAs(method), methods)}</div>`;
  };
  const notice =
    'fault' in content
      ? html`<p class="notice wrong" role="alert">Nothing was saved. ${content.fault}</p>`
      : content.saved && html`<p class="notice fine" role="status">Saved.</p>`;
  return {
    kind: 'page',
    title: e164,
    ...('fault' in content ? { status: 400 } : {}),
    body: html`<h1>${e164}</h1>
      ${notice}
      ${facts([
        ['SID', code(assignment.sid)],
        ['Account', html`${account.friendlyName} ${code(account.sid)}`],
        ['Kind', type],
        ['Place', [place.locality, place.region, place.country].filter((part) => part !== '').join(', ')],
        ['Can', capabilityWords(capabilities)],
        ['Since (UTC)', moment(assignment.createdMs)],
      ])}
      <h2>Configuration</h2>
      <form method="post">
        ${settable(number).map(input)}
        <p><button type="submit">Save</button></p>
      </form>`,
  };
}
