import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTestEdge, restError } from './edge.ts';

describe('regulations', () => {
  it('are none, and listed so', async () => {
    const edge = await openTestEdge();
    const tenant = await edge.tenant();
    const { regulations, endUserTypes, supportingDocumentTypes } =
      tenant.client.numbers.v2.regulatoryCompliance;
    assert.deepEqual(
      await regulations.list({ endUserType: 'business', isoCountry: 'DE', numberType: 'local' }),
      [],
    );
    assert.deepEqual(await endUserTypes.list(), []);
    assert.deepEqual(await supportingDocumentTypes.list(), []);
    for (const [path, key] of [
      ['Regulations', 'results'],
      ['EndUserTypes', 'end_user_types'],
      ['SupportingDocumentTypes', 'supporting_document_types'],
    ] as const) {
      const uri = `https://numbers.twilio.com/v2/RegulatoryCompliance/${path}`;
      const { body } = (await tenant.client.request({ method: 'get', uri })) as { body: { meta: object } };
      assert.deepEqual(body, {
        [key]: [],
        meta: {
          first_page_url: `https://numbers.twilio.com/v2/RegulatoryCompliance/${path}?PageSize=50&Page=0`,
          key,
          next_page_url: null,
          page: 0,
          page_size: 50,
          previous_page_url: null,
          url: `https://numbers.twilio.com/v2/RegulatoryCompliance/${path}?PageSize=50&Page=0`,
        },
      });
    }
    await assert.rejects(regulations(`RN${'1'.repeat(32)}`).fetch(), restError(20404, 404));
    await assert.rejects(endUserTypes('individual').fetch(), restError(20404, 404));
    await assert.rejects(supportingDocumentTypes('passport').fetch(), restError(20404, 404));
    await assert.rejects(regulations.list({ endUserType: 'robot' as never }), restError(20422));
  });
});
