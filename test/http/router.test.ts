import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Method, Route } from '../../edge/api/exchange.ts';
import { compileRoutes } from '../../edge/http/router.ts';

const route = (method: Method, path: string, suffix?: 'json' | 'bare'): Route => ({
  product: 'api',
  method,
  path,
  handler: () => ({ kind: 'empty' }),
  ...(suffix === undefined ? {} : { suffix }),
});

const base = '/2010-04-01/Accounts';
const routes = [
  route('GET', base),
  route('GET', `${base}/{Sid}`),
  route('POST', `${base}/{Sid}`),
  route('GET', `${base}/{AccountSid}/Messages`),
  route('POST', `${base}/{AccountSid}/Messages`),
  route('GET', `${base}/{AccountSid}/Numbers/{Sid}`),
  route('GET', `${base}/{AccountSid}/Numbers/Local`),
  route('GET', `${base}/{AccountSid}/Numbers/{Sid}/AddOns`),
  route('GET', `${base}/{AccountSid}/Media/{Sid}`, 'json'),
  route('GET', `${base}/{A}/Media/{M}`, 'bare'),
  route('GET', '/v1/Things/{Sid}'),
];
const router = compileRoutes(routes);

const lookUp = (method: Method | undefined, path: string): unknown => {
  const match = router('api', method, path);
  switch (match.kind) {
    case 'found':
      return [routes.indexOf(match.route), match.parts];
    case 'wrongMethod':
      return match.allow;
    case 'notFound':
    case 'unsupportedFormat':
      return match.kind;
  }
};

describe('router', () => {
  for (const [method, path, expected] of [
    ['GET', base, [0, {}]],
    ['GET', `${base}.json`, [0, {}]],
    ['GET', `${base}/AC1.json`, [1, { Sid: 'AC1' }]],
    ['POST', `${base}/AC1`, [2, { Sid: 'AC1' }]],
    ['POST', `${base}/AC1/Messages.json`, [4, { AccountSid: 'AC1' }]],
    ['GET', `${base}/AC1/Numbers/PN1.json`, [5, { AccountSid: 'AC1', Sid: 'PN1' }]],
    ['GET', `${base}/AC1/Numbers/Local.json`, [6, { AccountSid: 'AC1' }]],
    ['GET', `${base}/AC1/Numbers/Local/AddOns`, [7, { AccountSid: 'AC1', Sid: 'Local' }]],
    ['GET', `${base}/AC1/Numbers/%2B1555.json`, [5, { AccountSid: 'AC1', Sid: '+1555' }]],
    ['GET', `${base}/AC1/Numbers/a.b`, [5, { AccountSid: 'AC1', Sid: 'a.b' }]],
    ['GET', `${base}/AC1/Media/ME1.json`, [8, { AccountSid: 'AC1', Sid: 'ME1' }]],
    ['GET', `${base}/AC1/Media/ME1`, [9, { A: 'AC1', M: 'ME1' }]],
    ['GET', '/v1/Things/x.json', [10, { Sid: 'x.json' }]],
    ['DELETE', `${base}/AC1/Messages.json`, 'GET, POST'],
    [undefined, `${base}/AC1/Messages.json`, 'GET, POST'],
    ['GET', `${base}/AC1/Messages.xml`, 'unsupportedFormat'],
    ['GET', `${base}/AC1/Messages.csv`, 'unsupportedFormat'],
    ['GET', `${base}/AC1/Nothing.xml`, 'notFound'],
    ['GET', `${base}/AC1/Messages.json.json`, 'notFound'],
    ['GET', `${base}/AC1/Messages/`, 'notFound'],
    ['GET', `${base}/AC1//Messages`, 'notFound'],
    ['GET', `${base}//Messages`, 'notFound'],
    ['GET', `/${base}`, 'notFound'],
    ['GET', `${base}/AC1/Numbers/%ff`, 'notFound'],
    ['GET', `${base}/AC1/Numbers/%`, 'notFound'],
    ['GET', `${base}/AC1/__proto__/x`, 'notFound'],
    ['GET', '/a'.repeat(5000), 'notFound'],
    ['GET', '', 'notFound'],
    ['GET', '/', 'notFound'],
  ] as const) {
    it(`leads ${method ?? 'another method'} ${path.slice(0, 60)}`, () =>
      assert.deepEqual(lookUp(method, path), expected));
  }

  it('does not take two routes for one path', () => {
    assert.throws(() => compileRoutes([route('GET', '/a/{B}'), route('GET', '/a/{C}')]), /two routes/);
  });
});
