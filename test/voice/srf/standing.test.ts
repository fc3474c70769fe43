import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Standing, type Party } from '../../../edge/voice/srf/standing.ts';

const tenant = (accountSid: string): Party => ({ kind: 'tenant', accountSid });
const trunk = (carrier: string): Party => ({ kind: 'trunk', carrier });
const id = { callId: 'a', localTag: 'ours', remoteTag: 'theirs' };
const wanted = { callId: 'a', toTag: 'ours', fromTag: 'theirs', earlyOnly: false };

describe('dialogs that stand', () => {
  it('are found by their own party alone', () => {
    const standing = new Standing<string>();
    standing.add(id, 'dialog', tenant('AC1'));
    assert.deepEqual(standing.find(wanted, tenant('AC1')), { ok: true, value: 'dialog' });
    for (const other of [tenant('AC2'), trunk('AC1')])
      assert.deepEqual(standing.find(wanted, other), { ok: false, error: 481 });
    standing.remove(id);
    assert.deepEqual(standing.find(wanted, tenant('AC1')), { ok: false, error: 481 });
    standing.add(id, 'dialog', trunk('alpha'));
    assert.equal(standing.find(wanted, trunk('alpha')).ok, true);
    assert.equal(standing.find(wanted, trunk('beta')).ok, false);
  });

  it('are found by both tags, and only while they are what is asked for', () => {
    const standing = new Standing<string>();
    standing.add(id, 'dialog', trunk('alpha'));
    const find = (change: Partial<typeof wanted>) => standing.find({ ...wanted, ...change }, trunk('alpha'));
    assert.deepEqual(find({ toTag: 'theirs', fromTag: 'ours' }), { ok: false, error: 481 });
    assert.deepEqual(find({ earlyOnly: true }), { ok: false, error: 486 });
    assert.deepEqual(standing.find(undefined, trunk('alpha')), { ok: false, error: 400 });
  });
});
