import { isSid, type Sid } from '../../control/base/sid.ts';
import type { Page, PageQuery as BookQuery } from '../../control/store/facets.ts';
import type { Json, OpenRequest, Reply } from './exchange.ts';
import { cutPage, readPageQuery, renderPage, type PageQuery } from './paging.ts';

/** A whole short list, in the form of one page. */
export function shortList(request: OpenRequest, name: string, items: readonly Json[]): Reply {
  const query: PageQuery = { size: 50, number: 0 };
  return renderPage(request, query, { name, items, hasNext: false, hasPrevious: false });
}

/** The answer to a list that is small enough to be had as a whole, in its own order; a place in it is an index. */
export function rowList<Row>(
  request: OpenRequest,
  name: string,
  rows: readonly Row[],
  json: (row: Row) => Json,
): Reply {
  const asked = readPageQuery(request.query, (text) => /^\d{1,9}$/.test(text));
  if (!asked.ok) return asked.error;
  const { size, position } = asked.value;
  const place = position === undefined ? -1 : Number(position.key);
  const [first, end] =
    position?.direction === 'before'
      ? [Math.max(0, place - size), Math.min(place, rows.length)]
      : [place + 1, Math.min(place + 1 + size, rows.length)];
  return renderPage(request, asked.value, {
    name,
    items: rows.slice(first, end).map(json),
    hasNext: end < rows.length,
    hasPrevious: first > 0,
    firstKey: String(first),
    lastKey: String(end - 1),
  });
}

/** The answer to a list that the books keep by SID, newest first. */
export function sidList<Row>(
  request: OpenRequest,
  name: string,
  prefix: string,
  list: (query: BookQuery<Sid>) => Page<Row, Sid>,
  view: { readonly sid: (row: Row) => Sid; readonly json: (row: Row) => Json },
): Reply {
  const asked = readPageQuery(request.query, (text) => isSid(text, prefix));
  if (!asked.ok) return asked.error;
  const { size, position } = asked.value;
  const backwards = position?.direction === 'before';
  // Backwards one more than is shown is read, to know whether there is a page before this one.
  const { rows: found, next } = list({
    limit: backwards ? size + 1 : size,
    ...(position === undefined ? {} : { [position.direction]: position.key }),
  });
  const { rows, hasPrevious } = cutPage(asked.value, backwards ? [...found].reverse() : found);
  const [first] = rows;
  return renderPage(request, asked.value, {
    name,
    items: rows.map(view.json),
    hasNext: next !== null,
    hasPrevious,
    firstKey: first === undefined ? undefined : view.sid(first),
    // Where a filter has left rows out, the list goes on behind the last one looked at.
    lastKey: next ?? undefined,
  });
}
