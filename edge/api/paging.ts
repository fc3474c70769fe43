import { fail, ok, type Result } from '../../control/base/result.ts';
import type { Json, OpenRequest, Params, Reply } from './exchange.ts';
import { Reader } from './readers.ts';
import { json, refused, type Refused } from './reply.ts';

/** Twilio's page sizes (https://www.twilio.com/docs/usage/twilios-response#pagination). */
const pageSizeDefault = 50;
const pageSizeMax = 1000;

/** Which page of a list a client wants. */
export interface PageQuery {
  readonly size: number;
  /** For the client's own counting; only the position says where the page is. */
  readonly number: number;
  /** Undefined: the beginning of the list. */
  readonly position?: { readonly direction: 'after' | 'before'; readonly key: string };
}

/** A page's size. More than the maximum is the maximum: Node's helper library asks for pages as large as its `limit`. */
const readPageSize = (reader: Reader): number =>
  Math.min(reader.integer('PageSize', 1, Number.MAX_SAFE_INTEGER) ?? pageSizeDefault, pageSizeMax);

/**
 * Reads PageSize, Page and PageToken. A token is `PA` and a key for what follows it, `PB` and a key for what comes
 * before; anything that `isKey` does not know, and a page number without its token, is 21481.
 */
export function readPageQuery(params: Params, isKey: (text: string) => boolean): Result<PageQuery, Refused> {
  const reader = new Reader(params);
  const size = readPageSize(reader);
  const number = reader.integer('Page', 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const token = reader.text('PageToken', 128, 21481) ?? '';
  if (reader.fault !== undefined) return fail(reader.fault);
  if (token === '') {
    if (number === 0) return ok({ size, number });
    return fail(refused(21481, 'A Page other than 0 needs its PageToken: follow next_page_uri.'));
  }
  const key = token.slice(2);
  const direction = token.startsWith('PA') ? 'after' : token.startsWith('PB') ? 'before' : undefined;
  if (direction === undefined || !isKey(key)) {
    return fail(refused(21481, 'The PageToken is not one of this list: follow next_page_uri.'));
  }
  return ok({ size, number, position: { direction, key } });
}

export interface CutPage<Row> {
  /** In the order of the list. */
  readonly rows: readonly Row[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

/** Makes a page of up to `size + 1` rows found from its position on: the last tells only that there are more. */
export function cutPage<Row>({ size, position }: PageQuery, found: readonly Row[]): CutPage<Row> {
  const more = found.length > size;
  const rows = found.slice(0, size);
  if (position?.direction === 'before') return { rows: rows.reverse(), hasNext: true, hasPrevious: more };
  return { rows, hasNext: more, hasPrevious: position !== undefined };
}

/** One page of a list, and where its neighbours begin. */
export interface RenderedPage {
  /** The key of the rows in the answer, e.g. `messages`. */
  readonly name: string;
  readonly items: readonly Json[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  /** What the page before this one ends at, and the page after it begins at; default: the query's own key. */
  readonly firstKey?: string | undefined;
  readonly lastKey?: string | undefined;
}

/**
 * A list as its API answers it, with the filters repeated in its links: relative URIs beside the rows in 2010-04-01,
 * absolute URLs under `meta` in the younger ones (https://www.twilio.com/docs/usage/twilios-response#pagination).
 */
export function renderPage(request: OpenRequest, query: PageQuery, page: RenderedPage): Reply {
  const { size, number, position } = query;
  const { items } = page;
  const old = isOldApi(request);
  const path = old ? jsonPath(request) : request.origin + request.path;
  const filters = filtersOf(request);
  const link = (pageNumber: number, direction?: 'after' | 'before', key?: string): string => {
    const place = `${path}?${filters}PageSize=${size}&Page=${pageNumber}`;
    if (key === undefined) return place;
    return `${place}&PageToken=${direction === 'after' ? 'PA' : 'PB'}${encodeURIComponent(key)}`;
  };
  const own = link(number, position?.direction, position?.key);
  const first = link(0);
  const next = page.hasNext ? link(number + 1, 'after', page.lastKey ?? position?.key) : null;
  const previous = page.hasPrevious
    ? link(Math.max(number - 1, 0), 'before', page.firstKey ?? position?.key)
    : null;
  if (!old) {
    const meta = {
      page: number,
      page_size: size,
      first_page_url: first,
      previous_page_url: previous,
      url: own,
      next_page_url: next,
      key: page.name,
    };
    return json({ [page.name]: items, meta });
  }
  const start = number * size;
  return json({
    [page.name]: items,
    page: number,
    page_size: size,
    start,
    end: start + Math.max(items.length - 1, 0),
    uri: own,
    first_page_uri: first,
    next_page_uri: next,
    previous_page_uri: previous,
  });
}

const isOldApi = ({ path }: OpenRequest): boolean => path.startsWith('/2010-04-01/');

/** The request's path as the API itself writes it. */
export const jsonPath = ({ path }: OpenRequest): string => (path.endsWith('.json') ? path : `${path}.json`);

const paging: ReadonlySet<string> = new Set(['PageSize', 'Page', 'PageToken']);

function filtersOf({ query }: OpenRequest): string {
  let text = '';
  for (const name of query.names()) {
    if (paging.has(name)) continue;
    for (const value of query.all(name)) text += `${encodeURIComponent(name)}=${encodeURIComponent(value)}&`;
  }
  return text;
}
