import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OpenRequest } from '../../edge/api/exchange.ts';
import { rowList } from '../../edge/api/lists.ts';
import { ParamList } from '../../edge/api/params.ts';

const all = Array.from({ length: 5 }, (_, n) => n);

function page(query: string): { rows: unknown; meta: Record<string, unknown> } {
  const request = {
    origin: 'https://messaging.edge.example',
    path: '/v1/Services',
    query: ParamList.of(new URLSearchParams(query)),
  } as unknown as OpenRequest;
  const reply = rowList(request, 'rows', all, (row) => row);
  if (reply.kind !== 'json') throw new Error(reply.kind);
  return reply.body as unknown as { rows: unknown; meta: Record<string, unknown> };
}

describe('a page of the younger APIs', () => {
  it('has its links under meta, absolute, with the filters repeated', () => {
    const { rows, meta } = page('PageSize=2&Status=a%20b');
    assert.deepEqual(rows, [0, 1]);
    assert.deepEqual(meta, {
      page: 0,
      page_size: 2,
      first_page_url: 'https://messaging.edge.example/v1/Services?Status=a%20b&PageSize=2&Page=0',
      previous_page_url: null,
      url: 'https://messaging.edge.example/v1/Services?Status=a%20b&PageSize=2&Page=0',
      next_page_url:
        'https://messaging.edge.example/v1/Services?Status=a%20b&PageSize=2&Page=1&PageToken=PA1',
      key: 'rows',
    });
  });

  it('is followed to the end and back', () => {
    const second = page('PageSize=2&Page=1&PageToken=PA1');
    assert.deepEqual(second.rows, [2, 3]);
    const query = (url: unknown): string => String(url).split('?')[1] ?? '';
    const third = page(query(second.meta['next_page_url']));
    assert.deepEqual([third.rows, third.meta['next_page_url']], [[4], null]);
    assert.deepEqual(page(query(third.meta['previous_page_url'])).rows, [2, 3]);
  });
});
