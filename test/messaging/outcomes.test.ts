import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { numberedError } from '../../control/errors/errors.ts';
import { failureOfStatus, receiptOutcome } from '../../edge/messaging/outcomes.ts';
import { status } from '../../edge/smpp/status.ts';

describe('receiptOutcome', () => {
  it('knows the end of a message from its way', () => {
    assert.deepEqual(receiptOutcome('DELIVERED', '001'), { status: 'delivered', errorCode: 0 });
    for (const state of ['SCHEDULED', 'ENROUTE', 'ACCEPTED'] as const) {
      assert.deepEqual(receiptOutcome(state, '006'), { status: 'none', errorCode: 0 });
    }
  });

  it('lets the network error say more than the state', () => {
    assert.equal(receiptOutcome('UNDELIVERABLE', '001').errorCode, 30005);
    assert.equal(receiptOutcome('UNDELIVERABLE', '27').errorCode, 30003);
    assert.equal(receiptOutcome('UNDELIVERABLE', '0013').errorCode, 30004);
    assert.equal(receiptOutcome('REJECTED', '11').errorCode, 30006);
  });

  it('falls back on the state', () => {
    const codes = (['EXPIRED', 'UNDELIVERABLE', 'DELETED', 'UNKNOWN', 'REJECTED', 'SKIPPED'] as const).map(
      (state) => [receiptOutcome(state).errorCode, receiptOutcome(state, 'x1').errorCode],
    );
    const expected = [30003, 30008, 30008, 30008, 30007, 30008].map((code) => [code, code]);
    assert.deepEqual(codes, expected);
    assert.equal(receiptOutcome('UNDELIVERABLE', '999').errorCode, 30008);
  });
});

describe('failureOfStatus', () => {
  it('tells waiting from another route from the end', () => {
    assert.equal(failureOfStatus(status.ESME_RTHROTTLED).kind, 'throttle');
    assert.equal(failureOfStatus(status.ESME_RMSGQFUL).kind, 'throttle');
    assert.equal(failureOfStatus(status.ESME_RSYSERR).kind, 'temporary');
    assert.equal(failureOfStatus(status.ESME_RX_T_APPN).kind, 'temporary');
    assert.deepEqual(failureOfStatus(status.ESME_RINVDSTADR), { kind: 'permanent', code: 30005 });
    assert.deepEqual(failureOfStatus(status.ESME_RX_P_APPN), { kind: 'permanent', code: 30008 });
    assert.deepEqual(failureOfStatus(status.ESME_RX_R_APPN), { kind: 'permanent', code: 30007 });
  });

  it('ends a message on what it does not know', () => {
    for (const unknown of [0x400, 0xdead, 0xffffffff]) {
      assert.deepEqual(failureOfStatus(unknown), { kind: 'permanent', code: 30008 });
    }
  });

  it('names only numbers of the table', () => {
    for (let value = 1; value <= 0x120; value++) assert.ok(numberedError(failureOfStatus(value).code));
    for (let error = 0; error < 100; error++) {
      assert.ok(numberedError(receiptOutcome('UNDELIVERABLE', String(error)).errorCode));
    }
  });
});
