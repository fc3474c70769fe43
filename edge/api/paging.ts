import { fail, ok, type Result } from '../../control/base/result.ts';
import { isSid, type Sid } from '../../control/base/sid.ts';
import type { Page, PageQuery } from '../../control/store/facets.ts';
import type { Json, OpenRequest, Reply } from './exchange.ts';
import { Reader } from './readers.ts';
import { json, refused, type Refused } from './reply.ts';

/** Twilio's page sizes (https://www.twilio.com/docs/usage/twilios-response#pagination). */
const pageSizeDefault = 50;
const pageSizeMax = 1000;

/** Where a page begins. */
export type Place =
  { readonly kind: 'first' } | { readonly kind: 'after' | 'before'; readonly cursor: string };

export interface PageRequest {
  readonly size: number;
  /** For the client's own counting; only the token says where the page is. */
  readonly number: number;
  readonly place: Place;
}

/** One page with the cursors of its neighbours; null where the list ends. */
export interface ListPage {
  readonly rows: readonly Json[];
  readonly next: string | null;
  readonly previous: string | null;
}

/** A page's size. More than the maximum is the maximum: Node's helper library asks for pages as large as its `limit`. */
export const readPageSize = (reader: Reader): number =>
  Math.min(reader.integer('PageSize', 1, Number.MAX_SAFE_INTEGER) ?? pageSizeDefault, pageSizeMax);

/**
 * Reads PageSize, Page and PageToken. A token is `PA` and a cursor for what follows it, `PB` and a cursor for what
 * comes before; anything that `isCursor` does not know, and a page number without its token, is 21481.
 */
export function readPage(
  request: OpenRequest,
  isCursor: (text: string) => boolean,
): Result<PageRequest, Refused> {
  const reader = new Reader(request.query);
  const size = readPageSize(reader);
  const number = reader.integer('Page', 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const token = reader.text('PageToken', 128, 21481) ?? '';
  if (reader.fault !== undefined) return fail(reader.fault);
  if (token === '') {
    if (number === 0) return ok({ size, number, place: { kind: 'first' } });
    return fail(refused(21481, 'A Page other than 0 needs its PageToken: follow next_page_uri.'));
  }
  const cursor = token.slice(2);
  const kind = token.startsWith('PA') ? 'after' : token.startsWith('PB') ? 'before' : undefined;
  if (kind === undefined || !isCursor(cursor)) {
    return fail(refused(21481, 'The PageToken is not one of this list: follow next_page_uri.'));
  }
  return ok({ size, number, place: { kind, cursor } });
}

/** A list as the 2010-04-01 API answers it: relative URIs, in which the filters are repeated. */
export function listReply(request: OpenRequest, key: string, page: PageRequest, found: ListPage): Reply {
  const { size, number } = page;
  const path = jsonPath(request);
  const filters = filtersOf(request);
  const uri = (pageNumber: number, token: string): string =>
    `${path}?${filters}PageSize=${size}&Page=${pageNumber}${token === '' ? '' : `&PageToken=${encodeURIComponent(token)}`}`;
  const { place } = page;
  const token = place.kind === 'first' ? '' : `${place.kind === 'after' ? 'PA' : 'PB'}${place.cursor}`;
  const start = number * size;
  return json({
    [key]: found.rows,
    page: number,
    page_size: size,
    start,
    end: start + Math.max(found.rows.length - 1, 0),
    uri: uri(number, token),
    first_page_uri: uri(0, ''),
    next_page_uri: found.next === null ? null : uri(number + 1, `PA${found.next}`),
    previous_page_uri: found.previous === null ? null : uri(Math.max(number - 1, 0), `PB${found.previous}`),
  });
}

/** A whole short list, in the form of one page. */
export const shortListReply = (request: OpenRequest, key: string, rows: readonly Json[]): Reply =>
  listReply(
    request,
    key,
    { size: Math.max(rows.length, pageSizeDefault), number: 0, place: { kind: 'first' } },
    { rows, next: null, previous: null },
  );

/** The answer to a list that the books keep by SID. */
export function sidListReply<Row>(
  request: OpenRequest,
  key: string,
  prefix: string,
  list: (query: PageQuery<Sid>) => Page<Row, Sid>,
  view: { readonly sid: (row: Row) => Sid; readonly json: (row: Row) => Json },
): Reply {
  const asked = readPage(request, (text) => isSid(text, prefix));
  if (!asked.ok) return asked.error;
  const { size, place } = asked.value;
  const answer = (rows: readonly Row[], next: Sid | null, previous: Sid | null): Reply =>
    listReply(request, key, asked.value, { rows: rows.map(view.json), next, previous });
  switch (place.kind) {
    case 'first': {
      const { rows, next } = list({ limit: size });
      return answer(rows, next, null);
    }
    case 'after': {
      const { rows, next } = list({ limit: size, after: place.cursor });
      const [first] = rows;
      return answer(rows, next, first === undefined ? place.cursor : view.sid(first));
    }
    case 'before': {
      // One more than is shown, to know whether there is a page before this one.
      const { rows, next } = list({ limit: size + 1, before: place.cursor });
      const shown = rows.slice(-size);
      const [first] = shown;
      return answer(shown, next, rows.length > size && first !== undefined ? view.sid(first) : null);
    }
  }
}

/** The request's path as the API itself writes it. */
export const jsonPath = ({ path }: OpenRequest): string =>
  path.endsWith('.json') ? path : `${path}.json`;

const paging: ReadonlySet<string> = new Set(['PageSize', 'Page', 'PageToken']);

function filtersOf({ query }: OpenRequest): string {
  let text = '';
  for (const name of query.names()) {
    if (paging.has(name)) continue;
    for (const value of query.all(name)) text += `${encodeURIComponent(name)}=${encodeURIComponent(value)}&`;
  }
  return text;
}
