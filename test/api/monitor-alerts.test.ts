import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';

/** What the helper library documents of an alert; the last four only of one that is fetched. */
const listed = [
  'account_sid',
  'alert_text',
  'api_version',
  'date_created',
  'date_generated',
  'date_updated',
  'error_code',
  'log_level',
  'more_info',
  'request_method',
  'request_url',
  'resource_sid',
  'service_sid',
  'sid',
  'url',
];

describe('Monitor Alerts', () => {
  let edge: Edge;
  let tenant: Tenant;
  let stranger: Tenant;

  const record = (code: number, detail: string) =>
    edge.alerts.record({
      accountSid: tenant.account.sid,
      code,
      resourceSid: `SM${'1'.repeat(32)}`,
      detail,
      request: null,
    });

  /** As JSON, from the product's own host. */
  const get = async (path: string): Promise<Record<string, unknown>> => {
    const uri = `https://monitor.twilio.com${path}`;
    const answer = (await tenant.client.request({ method: 'get', uri })) as { body: Record<string, unknown> };
    return answer.body;
  };

  before(async () => {
    edge = await openTestEdge();
    tenant = await edge.tenant();
    stranger = await edge.tenant();
    record(11200, 'first');
    edge.clock.advance(2 * 86_400_000);
    record(12200, 'second');
    record(30003, 'third');
  });

  it('are listed newest first, by level and by time', async () => {
    const { alerts } = tenant.client.monitor.v1;
    const texts = async (filter: Parameters<typeof alerts.list>[0]): Promise<string[]> =>
      (await alerts.list(filter)).map(({ alertText }) => alertText);
    assert.deepEqual(await texts({}), ['third', 'second', 'first']);
    assert.deepEqual(await texts({ pageSize: 1 }), ['third', 'second', 'first']);
    assert.deepEqual(await texts({ logLevel: 'warning' }), ['second']);
    assert.deepEqual(await texts({ logLevel: 'error' }), ['third', 'first']);
    assert.deepEqual(await texts({ logLevel: 'notice' }), []);
    assert.deepEqual(await texts({ startDate: new Date(edge.clock.now() - 1000) }), ['third', 'second']);
    assert.deepEqual(await texts({ endDate: new Date(edge.clock.now() - 86_400_000) }), ['first']);
  });

  it('are fetched with the properties that the helper library documents', async () => {
    const [newest] = await tenant.client.monitor.v1.alerts.list({ limit: 1 });
    const one = await tenant.client.monitor.v1.alerts(newest!.sid).fetch();
    assert.deepEqual(
      [one.alertText, one.errorCode, one.logLevel, one.responseBody, one.dateCreated.getTime()],
      ['third', '30003', 'error', '', Math.floor(edge.clock.now() / 1000) * 1000],
    );
    const raw = await get(`/v1/Alerts/${newest!.sid}`);
    const beside = ['request_headers', 'request_variables', 'response_body', 'response_headers'];
    assert.deepEqual(Object.keys(raw).sort(), [...listed, ...beside].sort());
    const page = await get('/v1/Alerts');
    const rows = page['alerts'] as Record<string, unknown>[];
    assert.deepEqual(Object.keys(rows[0]!).sort(), listed);
  });

  it('tell what the webhook was sent and answered, and where that is cut', async () => {
    const excerpt = (text: string, cutFrom: number | null = null) => ({ text, cutFrom });
    const { sid } = edge.alerts.record({
      accountSid: tenant.account.sid,
      code: 11200,
      resourceSid: `CA${'1'.repeat(32)}`,
      detail: 'with an exchange',
      request: null,
      exchange: {
        variables: excerpt('From=%2B1&Body=Hi'),
        requestHeaders: excerpt('accept=*%2F*'),
        responseHeaders: excerpt('content-type=text%2Fhtml'),
        responseBody: excerpt('<h1>Oops', 9_000),
      },
    });
    await edge.durable();
    const one = await tenant.client.monitor.v1.alerts(sid).fetch();
    assert.deepEqual(
      [one.requestVariables, one.requestHeaders, one.responseHeaders, one.responseBody],
      ['From=%2B1&Body=Hi', 'accept=*%2F*', 'content-type=text%2Fhtml', '<h1>Oops [cut, of 9000 bytes]'],
    );
    const notification = await tenant.client.api.v2010
      .accounts(tenant.account.sid)
      .notifications(sid)
      .fetch();
    assert.deepEqual(
      [notification.requestVariables, notification.responseHeaders, notification.responseBody],
      [one.requestVariables, one.responseHeaders, one.responseBody],
    );
    await assert.rejects(stranger.client.monitor.v1.alerts(sid).fetch(), restError(20404, 404));
  });

  it('refuse what is no level and no date', async () => {
    await assert.rejects(tenant.client.monitor.v1.alerts.list({ logLevel: 'loud' }), restError(20422));
  });

  it('of one tenant are nothing to another', async () => {
    const [newest] = await tenant.client.monitor.v1.alerts.list({ limit: 1 });
    assert.deepEqual(await stranger.client.monitor.v1.alerts.list(), []);
    await assert.rejects(stranger.client.monitor.v1.alerts(newest!.sid).fetch(), restError(20404, 404));
  });
});
