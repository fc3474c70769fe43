import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';

let edge: Edge;
let tenant: Tenant;
before(async () => {
  edge = await openTestEdge();
});
beforeEach(async () => {
  tenant = await edge.tenant();
});

const sidsOf = (rows: readonly { sid: string }[]) => rows.map(({ sid }) => sid);

describe('OutgoingCallerIds', () => {
  it('are verified by a call whose callee enters the code', async () => {
    const { client, account } = tenant;
    const request = await client.validationRequests.create({
      phoneNumber: '+14158675309',
      friendlyName: 'Jenny',
      callDelay: 15,
      extension: 'ww123#',
      statusCallback: 'https://tenant.example/status',
      statusCallbackMethod: 'GET',
    });
    assert.match(request.validationCode, /^[1-9]\d{5}$/);
    assert.match(request.callSid, /^CA[0-9a-f]{32}$/);
    assert.deepEqual(
      [request.accountSid, request.friendlyName, request.phoneNumber],
      [account.sid, 'Jenny', '+14158675309'],
    );
    const call = edge.validationCalls.placed.at(-1)!;
    assert.deepEqual(
      [call.account.sid, call.phoneNumber, call.code, call.delayMs, call.extension, call.statusCallback],
      [
        account.sid,
        '+14158675309',
        request.validationCode,
        15_000,
        'ww123#',
        { url: 'https://tenant.example/status', method: 'GET' },
      ],
    );
    assert.deepEqual(await client.outgoingCallerIds.list(), []);
    assert.equal(edge.callerIds.isVerified(account.sid, '+14158675309'), false);
    const sid = await call.verified();
    assert.equal(edge.callerIds.isVerified(account.sid, '+14158675309'), true);
    const [verified] = await client.outgoingCallerIds.list();
    assert.deepEqual([verified!.sid, verified!.friendlyName], [sid, 'Jenny']);
    assert.equal(verified!.uri, `/2010-04-01/Accounts/${account.sid}/OutgoingCallerIds/${sid}.json`);
    assert.equal(await call.verified(), sid);
    await assert.rejects(client.validationRequests.create({ phoneNumber: '+14158675309' }), restError(21450));
  });

  it('are listed by number and name, renamed and deleted', async () => {
    const { client, account } = tenant;
    const one = await edge.callerIds.add(account.sid, '+14158675301');
    const two = await edge.callerIds.add(account.sid, '+14158675302', 'Two');
    assert.equal(one.friendlyName, '(415) 867-5301');
    const { outgoingCallerIds } = client;
    assert.deepEqual(sidsOf(await outgoingCallerIds.list({ pageSize: 1 })), [two.sid, one.sid]);
    assert.deepEqual(sidsOf(await outgoingCallerIds.list({ phoneNumber: '+14158675301' })), [one.sid]);
    assert.deepEqual(sidsOf(await outgoingCallerIds.list({ friendlyName: 'Two' })), [two.sid]);
    assert.deepEqual(
      sidsOf(await outgoingCallerIds.list({ phoneNumber: '+14158675301', friendlyName: 'Two' })),
      [],
    );
    edge.clock.advance(1000);
    const renamed = await outgoingCallerIds(one.sid).update({ friendlyName: 'One' });
    assert.equal(renamed.friendlyName, 'One');
    assert.equal(renamed.dateUpdated.getTime() - renamed.dateCreated.getTime(), 1000);
    assert.deepEqual(sidsOf(await outgoingCallerIds.list({ friendlyName: 'One' })), [one.sid]);
    await assert.rejects(
      outgoingCallerIds(one.sid).update({ friendlyName: 'x'.repeat(65) }),
      restError(20002),
    );
    assert.equal(await outgoingCallerIds(one.sid).remove(), true);
    await assert.rejects(outgoingCallerIds(one.sid).fetch(), restError(20404, 404));
    assert.equal(edge.callerIds.isVerified(account.sid, '+14158675301'), false);
    assert.equal(edge.callerIds.isVerified(account.sid, '+14158675302'), true);
  });

  it('refuse what cannot be verified', async () => {
    const { validationRequests } = tenant.client;
    const phoneNumber = '+14158675303';
    const wrong = (options: object, code: number) =>
      assert.rejects(validationRequests.create({ phoneNumber, ...options }), restError(code));
    await wrong({ phoneNumber: 'nonsense' }, 21401);
    await wrong({ friendlyName: 'x'.repeat(65) }, 20002);
    await wrong({ callDelay: 61 }, 21454);
    await wrong({ extension: '12;34' }, 21206);
    await wrong({ statusCallback: 'nowhere' }, 21456);
    await edge.stock({ e164: phoneNumber });
    await tenant.client.incomingPhoneNumbers.create({ phoneNumber });
    await wrong({}, 21449);
    edge.validationCalls.refusal = { code: 21215, detail: 'No carrier takes such calls.' };
    await wrong({ phoneNumber: '+14158675304' }, 21215);
    edge.validationCalls.refusal = undefined;
  });

  it('of one tenant are nothing to another', async () => {
    const { sid } = await edge.callerIds.add(tenant.account.sid, '+14158675305');
    const other = await edge.tenant();
    const theirs = other.client.outgoingCallerIds(sid);
    await assert.rejects(theirs.fetch(), restError(20404, 404));
    await assert.rejects(theirs.update({ friendlyName: 'mine' }), restError(20404, 404));
    await assert.rejects(theirs.remove(), restError(20404, 404));
    assert.deepEqual(await other.client.outgoingCallerIds.list(), []);
    assert.deepEqual(await other.client.outgoingCallerIds.list({ phoneNumber: '+14158675305' }), []);
    assert.equal(edge.callerIds.isVerified(other.account.sid, '+14158675305'), false);
  });
});
