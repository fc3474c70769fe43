import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import twilio from 'twilio';
import type { Route } from '../../edge/api/exchange.ts';
import type { FrontDoor } from '../../edge/http/server.ts';
import { openDoor, parent, password, sid } from './fixture.ts';

const all = Array.from({ length: 7 }, (_, n) => sid('SM', 100 - n));
const path = '/2010-04-01/Accounts/{AccountSid}/Messages';

const pageSize = 3;

/** Messages that are only their SIDs, in pages that are only numbered. */
const routes: readonly Route[] = [
  {
    product: 'api',
    method: 'GET',
    path,
    handler: ({ query, path: own }) => {
      const page = Number(query.get('Page') ?? 0);
      const uri = (number: number): string | null =>
        number < 0 || number * pageSize >= all.length ? null : `${own}?To=%2B1%20%26&Page=${number}`;
      const rows = all.slice(page * pageSize, (page + 1) * pageSize);
      const messages = rows.map((one) => ({ sid: one, to: query.get('To') ?? null }));
      const uris = { next_page_uri: uri(page + 1), previous_page_uri: uri(page - 1) };
      return { kind: 'json', status: 200, body: { messages, page, page_size: pageSize, ...uris } };
    },
  },
  {
    product: 'api',
    method: 'GET',
    path: `${path}/{Sid}`,
    handler: (request) =>
      all.includes(request.parts['Sid'] ?? '')
        ? { kind: 'json', status: 200, body: { sid: request.parts['Sid'] ?? '' } }
        : { kind: 'error', code: 20404 },
  },
  { product: 'api', method: 'DELETE', path: `${path}/{Sid}`, handler: () => ({ kind: 'empty' }) },
];

describe("Twilio's SDK at the front door", () => {
  let door: FrontDoor;
  let client: twilio.Twilio;

  before(async () => {
    door = await openDoor(routes);
    const { port } = door.addresses.http!;
    const ordinary = new twilio.RequestClient({ keepAlive: false });
    const here = {
      request: (options: Parameters<typeof ordinary.request>[0]) => {
        const headers = { ...options.headers, Host: new URL(options.uri).host };
        const uri = options.uri.replace(/^https:\/\/[^/]+/, `http://127.0.0.1:${port}`);
        return ordinary.request({ ...options, uri, headers });
      },
    };
    client = twilio(parent.sid, password, { httpClient: here as unknown as twilio.RequestClient });
  });
  after(() => door.close(0));

  it('walks a list forwards to its end', async () => {
    const found = await client.messages.list({ pageSize: 3, to: '+1 &' });
    assert.deepEqual(
      found.map((one) => one.sid),
      all,
    );
    assert.deepEqual(new Set(found.map((one) => one.to)), new Set(['+1 &']));
  });

  it('walks a list page by page, both ways', async () => {
    const first = await client.messages.page({ pageSize: 3 });
    assert.equal(first.previousPageUrl, undefined);
    const third = await (await first.nextPage())!.nextPage();
    assert.deepEqual(
      third!.instances.map((one) => one.sid),
      all.slice(6),
    );
    const back = await third!.previousPage();
    assert.deepEqual(
      back!.instances.map((one) => one.sid),
      all.slice(3, 6),
    );
  });

  it('fetches, deletes, and is told of what is missing', async () => {
    assert.equal((await client.messages(all[0]!).fetch()).sid, all[0]);
    assert.equal(await client.messages(all[0]!).remove(), true);
    await assert.rejects(client.messages(sid('SM', 1)).fetch(), (error: unknown) => {
      assert.ok(error instanceof twilio.RestException);
      assert.deepEqual([error.status, error.code], [404, 20404]);
      return true;
    });
  });
});
