import { isSid } from '../../../control/base/sid.ts';
import type { AssignedNumber } from '../../../control/inventory/number.ts';
import type { Capabilities } from '../../../control/inventory/number.ts';
import { parsePattern } from '../../../control/inventory/pattern.ts';
import { choice, code, field, moment, pager, pageQuery, table } from '../components.ts';
import type { ConsoleDeps } from '../deps.ts';
import { chooseAccount, filters } from '../filters.ts';
import { html, type Html } from '../html.ts';
import type { Page, PageRequest } from '../page.ts';
import { chosen } from '../scope.ts';

/** An account's numbers or short codes, searched by digits. */
export const numbersPage = (deps: ConsoleDeps): Page => ({
  path: '/numbers',
  navigation: 'Numbers',
  for: 'everybody',
  get: (request) => {
    const { query } = request;
    const account = chosen(request, deps.api.accounts);
    if (account === undefined) return { kind: 'notFound' };
    const digits = (query.get('digits') ?? '').trim();
    const pattern = digits === '' ? undefined : parsePattern(digits, 1);
    const form = filters(request, deps, [
      field('digits', 'Digits', digits, { size: 16, hint: 'such as 415 or 415*100' }),
      choice('kind', 'Kind', query.get('kind') ?? '', [
        ['', 'phone numbers'],
        ['shortcode', 'short codes'],
      ]),
    ]);
    return {
      kind: 'page',
      title: 'Numbers',
      body: html`<h1>Numbers</h1>
        ${form}
        ${
          pattern?.ok === false
            ? html`<p class="notice wrong" role="alert">
                ${code(digits)} is no pattern: give digits, and * for any one.
              </p>`
            : account === null
              ? chooseAccount
              : listed(request, deps, account.sid, pattern?.value)
        }`,
    };
  },
});

function listed(
  request: PageRequest,
  { api }: ConsoleDeps,
  accountSid: string,
  pattern: NonNullable<Parameters<typeof api.inventory.list>[1]['pattern']> | undefined,
): Html {
  const short = request.query.get('kind') === 'shortcode';
  const page = api.inventory.list(
    accountSid,
    { ...(short ? { type: 'shortcode' } : {}), ...(pattern === undefined ? {} : { pattern }) },
    pageQuery(request, short ? 'SC' : 'PN'),
  );
  return html`${table<AssignedNumber>({
    caption: 'The newest first; times in UTC',
    columns: [
      {
        name: 'Number',
        cell: ({ e164, assignment }) => html`<a href="/numbers/${assignment.sid}">${code(e164)}</a>`,
      },
      { name: 'Name', kind: 'text', cell: ({ assignment }) => assignment.config.friendlyName },
      { name: 'Place', cell: ({ place, type }) => `${place.country} ${type}` },
      { name: 'Can', cell: ({ capabilities }) => capabilityWords(capabilities) },
      { name: 'Since', kind: 'time', cell: ({ assignment }) => moment(assignment.createdMs) },
    ],
    rows: page.rows,
    empty: 'No numbers.',
  })}
  ${pager(request, page)}`;
}

/** `voice, sms` */
export const capabilityWords = (capabilities: Capabilities): string =>
  Object.entries(capabilities)
    .filter(([, has]) => has === true)
    .map(([name]) => name)
    .join(', ');

/** The PN… or SC… of a path. */
export const isNumberSid = (text: string): boolean => isSid(text, 'PN') || isSid(text, 'SC');
