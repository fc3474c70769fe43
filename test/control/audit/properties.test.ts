import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { changesOf } from '../../../control/audit/properties.ts';

describe('changesOf', () => {
  it('tells what a new row has, what an old one had, and what differs', () => {
    const before = { sid: 'AP1', friendlyName: 'old', smsUrl: 'https://a.example/', createdMs: 1 };
    const after = { ...before, friendlyName: 'new', updatedMs: 2 };
    assert.deepEqual(changesOf(undefined, before), {
      friendly_name: { updated: 'old' },
      sms_url: { updated: 'https://a.example/' },
    });
    assert.deepEqual(changesOf(before, after), { friendly_name: { previous: 'old', updated: 'new' } });
    assert.deepEqual(changesOf(after, undefined), {
      friendly_name: { previous: 'new' },
      sms_url: { previous: 'https://a.example/' },
    });
  });

  it('shows that a secret has changed, and not what it is', () => {
    const one = { hash: Buffer.from('hush'), parts: { sealed: Buffer.from('hush') } };
    const changes = changesOf(one, { hash: Buffer.from('other'), parts: { sealed: Buffer.from('other') } });
    assert.deepEqual(changes, {
      hash: { previous: '[secret]', updated: '[secret]' },
      parts: { previous: '{"sealed":"[secret]"}', updated: '{"sealed":"[secret]"}' },
    });
    assert.deepEqual(
      changesOf(one, { hash: Buffer.from('hush'), parts: { sealed: Buffer.from('hush') } }),
      {},
    );
  });

  it('strikes passwords out of URLs, and cuts what is long', () => {
    const changes = changesOf(undefined, {
      url: 'https://me:hush@a.example/',
      list: ['https://me:hush@b.example/'],
      long: 'x'.repeat(5_000),
    });
    assert.ok(!JSON.stringify(changes).includes('hush'));
    assert.ok(String(changes['long']?.updated).length < 400);
  });

  it('finds nothing between a row and itself, whatever it holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (row) => {
        assert.deepEqual(changesOf(row, structuredClone(row)), {});
      }),
    );
  });
});
