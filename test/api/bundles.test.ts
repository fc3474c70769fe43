import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { documentedProperties } from '../conformance/properties.ts';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';

const folder = 'regulatoryCompliance';
const number = '+14155551000';

describe('regulatory bundles', () => {
  let edge: Edge;
  let tenant: Tenant;
  let stranger: Tenant;

  before(async () => {
    edge = await openTestEdge();
    tenant = await edge.tenant();
    stranger = await edge.tenant();
    await edge.stock({ e164: number });
  });

  const api = ({ client }: Tenant) => client.numbers.v2.regulatoryCompliance;

  /** A bundle with one end user. */
  async function filled(friendlyName: string) {
    const { endUsers, bundles } = api(tenant);
    const user = await endUsers.create({
      friendlyName: 'Ann',
      type: 'individual',
      attributes: { last_name: 'Lee' },
    });
    const bundle = await bundles.create({
      friendlyName,
      email: 'ann@example.com',
      statusCallback: 'https://example.com/b',
    });
    await bundles(bundle.sid).itemAssignments.create({ objectSid: user.sid });
    return { user, bundle };
  }

  it('are put together, handed in, judged, and named by numbers then', async () => {
    const { bundles } = api(tenant);
    const { bundle } = await filled('Life');
    assert.equal(bundle.status, 'draft');
    const buy = () =>
      tenant.client.incomingPhoneNumbers.create({ phoneNumber: number, bundleSid: bundle.sid });
    await assert.rejects(buy(), restError(21649));
    assert.equal((await bundles(bundle.sid).update({ status: 'pending-review' })).status, 'pending-review');
    await assert.rejects(bundles(bundle.sid).remove(), restError(21647));
    const { no } = tenant.account;
    assert.equal((await edge.bundles.judge(bundle.sid, 'blurred', no)).ok, true);
    assert.equal((await bundles(bundle.sid).fetch()).status, 'twilio-rejected');
    await bundles(bundle.sid).update({ status: 'pending-review' });
    assert.equal((await edge.bundles.judge(bundle.sid, null, no)).ok, true);
    assert.deepEqual(await edge.bundles.judge(bundle.sid, null, no), { ok: false, error: 'notPending' });
    assert.equal((await buy()).bundleSid, bundle.sid);
    await assert.rejects(bundles(bundle.sid).remove(), restError(21648));
    await assert.rejects(bundles(bundle.sid).update({ status: 'draft' }), restError(22203));
    await assert.rejects(
      stranger.client.incomingPhoneNumbers.create({ areaCode: '415', bundleSid: bundle.sid }),
      restError(21649),
    );
  });

  it('keep to the rules of their items', async () => {
    const { bundles, endUsers, supportingDocuments } = api(tenant);
    const { user, bundle } = await filled('Items');
    await assert.rejects(endUsers(user.sid).remove(), restError(21644));
    const document = await supportingDocuments.create({ friendlyName: 'Bill', type: 'utility_bill' });
    const items = bundles(bundle.sid).itemAssignments;
    const item = await items.create({ objectSid: document.sid });
    assert.deepEqual(
      (await items.list()).map(({ objectSid }) => objectSid),
      [user.sid, document.sid],
    );
    await assert.rejects(supportingDocuments(document.sid).remove(), restError(21645));
    await bundles(bundle.sid).update({ status: 'pending-review' });
    await assert.rejects(items(item.sid).remove(), restError(22229));
    await assert.rejects(items.create({ objectSid: document.sid }), restError(20422));
    await bundles(bundle.sid).update({ status: 'draft' });
    await items(item.sid).remove();
    await assert.rejects(items(item.sid).fetch(), restError(20404, 404));
    assert.equal(await supportingDocuments(document.sid).remove(), true);
    await assert.rejects(items.create({ objectSid: `RD${'0'.repeat(32)}` }), restError(22205));
    await assert.rejects(items.create({ objectSid: bundle.sid }), restError(22206));
    const empty = await bundles.create({ friendlyName: 'Empty', email: 'ann@example.com' });
    await assert.rejects(bundles(empty.sid).update({ status: 'pending-review' }), restError(22214));
    await assert.rejects(bundles(empty.sid).update({ status: 'twilio-approved' }), restError(22203));
    await assert.rejects(
      bundles(empty.sid).update({ status: 'draft', email: 'b@example.com' }),
      restError(22204),
    );
    assert.equal((await bundles(empty.sid).update({ friendlyName: 'Full' })).friendlyName, 'Full');
    assert.deepEqual(
      (await bundles.list({ friendlyName: 'Full' })).map(({ sid }) => sid),
      [empty.sid],
    );
    assert.deepEqual(await bundles.list({ status: 'draft', friendlyName: 'Empty' }), []);
    assert.equal(await bundles(empty.sid).remove(), true);
  });

  it('are refused where something is missing', async () => {
    const { bundles, endUsers, supportingDocuments } = api(tenant);
    await assert.rejects(bundles.create({ friendlyName: '', email: 'a@example.com' }), restError(20422));
    await assert.rejects(
      bundles.create({ friendlyName: 'A', email: 'a', regulationSid: 'RN1' }),
      restError(20422),
    );
    await assert.rejects(
      bundles.create({ friendlyName: 'A', email: 'a', isoCountry: 'USA' }),
      restError(20422),
    );
    await assert.rejects(endUsers.create({ friendlyName: 'A', type: 'robot' as never }), restError(22212));
    await assert.rejects(supportingDocuments.create({ friendlyName: '', type: 'x' }), restError(22211));
    await assert.rejects(supportingDocuments.create({ friendlyName: 'A', type: '' }), restError(22210));
    await assert.rejects(
      endUsers.create({ friendlyName: 'A', type: 'business', attributes: [1] }),
      restError(20422),
    );
  });

  it('are nobody else’s', async () => {
    const { user, bundle } = await filled('Mine');
    const theirs = api(stranger);
    const [item] = await api(tenant).bundles(bundle.sid).itemAssignments.list();
    for (const attempt of [
      () => theirs.bundles(bundle.sid).fetch(),
      () => theirs.bundles(bundle.sid).update({ friendlyName: 'x' }),
      () => theirs.bundles(bundle.sid).remove(),
      () => theirs.bundles(bundle.sid).itemAssignments.list(),
      () => theirs.bundles(bundle.sid).itemAssignments(item!.sid).remove(),
      () => theirs.endUsers(user.sid).fetch(),
      () => theirs.endUsers(user.sid).update({ friendlyName: 'x' }),
      () => theirs.endUsers(user.sid).remove(),
    ])
      await assert.rejects(attempt, restError(20404, 404));
    const own = await theirs.bundles.create({ friendlyName: 'Own', email: 'x@example.com' });
    await assert.rejects(
      theirs.bundles(own.sid).itemAssignments.create({ objectSid: user.sid }),
      restError(22205),
    );
    assert.deepEqual(
      (await theirs.bundles.list()).map(({ sid }) => sid),
      [own.sid],
    );
    assert.deepEqual(await theirs.endUsers.list(), []);
  });

  it('have the properties that the helper library documents', async () => {
    const { user, bundle } = await filled('Properties');
    const document = await api(tenant).supportingDocuments.create({
      friendlyName: 'Bill',
      type: 'utility_bill',
      attributes: { a: 1 },
    });
    assert.deepEqual(document.attributes, { a: 1 });
    const [item] = await api(tenant).bundles(bundle.sid).itemAssignments.list();
    const keysAt = async (path: string): Promise<readonly string[]> => {
      const uri = `https://numbers.twilio.com/v2/RegulatoryCompliance${path}`;
      const answer = (await tenant.client.request({ method: 'get', uri })) as { body: object };
      return Object.keys(answer.body).sort();
    };
    for (const [path, resource] of [
      [`/Bundles/${bundle.sid}`, 'bundle'],
      [`/Bundles/${bundle.sid}/ItemAssignments/${item!.sid}`, 'bundle/itemAssignment'],
      [`/EndUsers/${user.sid}`, 'endUser'],
      [`/SupportingDocuments/${document.sid}`, 'supportingDocument'],
    ] as const)
      assert.deepEqual(
        await keysAt(path),
        [...documentedProperties(`${folder}/${resource}`, 'numbers/v2')].sort(),
      );
  });
});
