import { isSid, type Sid } from '../../control/base/sid.ts';
import type { PageQuery } from '../../control/store/facets.ts';
import { html, type Html, type Value } from './html.ts';
import type { PageRequest } from './page.ts';

/** A column of a table; `kind` says how its cells are set. The first column names the row. */
export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => Value;
  readonly kind?: 'number' | 'time' | 'text';
}

export interface TableOf<Row> {
  /** What the table lists, for everybody who cannot see where it stands. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** What is said in its place where there is no row. */
  readonly empty: string;
}

/** A table that scrolls within itself where the screen is narrow. */
export function table<Row>({ caption, columns, rows, empty }: TableOf<Row>): Html {
  if (rows.length === 0) return html`<p class="soft">${empty}</p>`;
  const heads = columns.map(({ name, kind }) => html`<th scope="col" class="${kind ?? ''}">${name}</th>`);
  const cell = (row: Row, { cell: of, kind }: Column<Row>, index: number): Html =>
    index === 0
      ? html`<th scope="row" class="${kind ?? ''}">${of(row)}</th>`
      : html`<td class="${kind ?? ''}">${of(row)}</td>`;
  const lines = rows.map(
    (row) =>
      html`<tr>
        ${columns.map((column, index) => cell(row, column, index))}
      </tr>`,
  );
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${lines}
      </tbody>
    </table>
  </div>`;
}

/** Names and what they are; what is undefined is left out. */
export const facts = (list: readonly (readonly [name: string, value: Value])[]): Html =>
  html`<dl class="facts">
    ${list
      .filter(([, value]) => value !== undefined)
      .map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
  </dl>`;

/** `2026-01-31 04:05:06` with the exact moment behind it; pages say once that times are in UTC. */
export function moment(ms: number): Html {
  const iso = new Date(ms).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')}</time>`;
}

/** A word on how something is, with a dot in its colour: the word alone says it, too. */
export const state = (words: string, mood: 'good' | 'warn' | 'bad' | 'plain'): Html =>
  html`<span class="state ${mood}">${words}</span>`;

export const code = (text: Value): Html => html`<code>${text}</code>`;

/** A text field with its label. */
export const field = (
  name: string,
  label: string,
  value: string,
  options: { readonly hint?: string; readonly code?: boolean; readonly size?: number } = {},
): Html =>
  html`<p class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      value="${value}"
      size="${options.size ?? 24}"
      class="${options.code === true ? 'code' : ''}"
      autocapitalize="none"
      spellcheck="false"
      ${options.hint !== undefined && html`aria-describedby="${name}-hint"`}
    />
    ${options.hint !== undefined && html`<span class="hint" id="${name}-hint">${options.hint}</span>`}
  </p>`;

/** One of several, with its label. */
export const choice = (
  name: string,
  label: string,
  value: string,
  choices: readonly (readonly [value: string, words: string])[],
): Html =>
  html`<p class="field">
    <label for="${name}">${label}</label>
    <select id="${name}" name="${name}">
      ${choices.map(
        ([one, words]) => html`<option value="${one}" ${one === value && 'selected'}>${words}</option>`,
      )}
    </select>
  </p>`;

/** Rows of a list that one page shows. */
export const rowsOnPage = 50;

/** Which rows a list's page shows, by the `after` of its query. */
export function pageQuery({ query }: Pick<PageRequest, 'query'>, prefix: string): PageQuery<Sid> {
  const after = query.get('after') ?? '';
  return isSid(after, prefix) ? { after, limit: rowsOnPage } : { limit: rowsOnPage };
}

/** Links to the rows before and after those of a page, with all else that the query says. */
export function pager(
  { path, query }: Pick<PageRequest, 'path' | 'query'>,
  { next }: { readonly next: string | null },
): Html {
  const at = (after: string | null): string => {
    const target = new URLSearchParams(query);
    target.delete('after');
    if (after !== null) target.set('after', after);
    const text = target.toString();
    return text === '' ? path : `${path}?${text}`;
  };
  if (next === null && !query.has('after')) return html``;
  return html`<nav class="pager" aria-label="Pages">
    ${query.has('after') && html`<a href="${at(null)}">Newest</a>`}
    ${next !== null && html`<a href="${at(next)}" rel="next">Older</a>`}
  </nav>`;
}
