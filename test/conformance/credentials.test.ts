import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTestEdge } from '../api/edge.ts';
import { documentedProperties } from './properties.ts';

describe('the shape of credentials', () => {
  it('is as documented', async () => {
    const edge = await openTestEdge();
    const tenant = { ...(await edge.tenant()) };
    const AccountSid = tenant.account.sid;
    const keys = (value: unknown): readonly string[] => Object.keys(value as object).sort();
    const shape = (api: string, resource: string): readonly string[] =>
      documentedProperties(resource, api).toSorted();
    const at = async (product: string, path: string, data?: Record<string, string>) => {
      const uri = `https://${product}.twilio.com${path}`;
      const answer: unknown = await tenant.client.request({
        uri,
        ...(data === undefined ? { method: 'get' } : { method: 'post', data }),
      });
      return answer as { body: Record<string, unknown> };
    };
    const secondary = await at('accounts', '/v1/AuthTokens/Secondary', {});
    assert.deepEqual(keys(secondary.body), shape('accounts/v1', 'secondaryAuthToken'));
    const promoted = await at('accounts', '/v1/AuthTokens/Promote', {});
    assert.deepEqual(keys(promoted.body), shape('accounts/v1', 'authTokenPromotion'));
    tenant.client = edge.clientOf(AccountSid, String(promoted.body['auth_token']));
    const key = await at('iam', '/v1/Keys', { AccountSid });
    assert.deepEqual(keys(key.body), shape('iam/v1', 'newApiKey'));
    const fetched = await at('iam', `/v1/Keys/${String(key.body['sid'])}`);
    assert.deepEqual(keys(fetched.body), shape('iam/v1', 'apiKey'));
    const list = await at('iam', `/v1/Keys?AccountSid=${AccountSid}`);
    assert.deepEqual(keys((list.body['keys'] as unknown[])[0]), shape('iam/v1', 'getApiKeys'));
  });
});
