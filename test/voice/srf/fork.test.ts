import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deferred } from '../../../edge/voice/deferred.ts';
import type { Dialog, OutgoingCall, OutgoingEnd } from '../../../edge/voice/signalling.ts';
import { ForkedCall } from '../../../edge/voice/srf/fork.ts';

/** An endpoint that rings until it is told what to do. */
const response = { callId: '', customHeaders: [] };

class Rung implements OutgoingCall {
  begun = false;
  canceled = false;
  hungUp = false;
  tell: (status: number, sdp: string) => void = () => undefined;
  private readonly ending = deferred<OutgoingEnd>();

  get end(): Promise<OutgoingEnd> {
    return this.ending.promise;
  }

  readonly begin = (): OutgoingCall => {
    this.begun = true;
    return this;
  };

  onProgress(hear: (status: number, sdp: string) => void): void {
    this.tell = hear;
  }

  cancel(): void {
    this.canceled = true;
    this.ending.resolve({ kind: 'canceled' });
  }

  answer(): void {
    const dialog = { bye: () => (this.hungUp = true) } as unknown as Dialog;
    this.ending.resolve({ kind: 'answered', dialog, sdp: 'answer', response });
  }

  refuse(status: number): void {
    this.ending.resolve({ kind: 'refused', status, reason: '', response });
  }

  vanish(): void {
    this.ending.resolve({ kind: 'unreachable', why: 'timeout' });
  }
}

const rung = (): readonly [Rung, Rung, Rung] => [new Rung(), new Rung(), new Rung()];

describe('a forked call', () => {
  it('is of whoever answers first', async () => {
    const [one, two, later] = rung();
    const call = new ForkedCall([[one.begin, two.begin], [later.begin]]);
    const heard: (readonly [number, string])[] = [];
    call.onProgress((status, sdp) => heard.push([status, sdp]));
    one.tell(183, 'early');
    two.answer();
    const end = await call.end;
    assert.equal(end.kind, 'answered');
    assert.deepEqual([one.canceled, two.canceled, later.begun], [true, false, false]);
    assert.deepEqual(heard, [[183, '']]);
  });

  it('hangs up on who answers in the same moment', async () => {
    const [one, two] = rung();
    const call = new ForkedCall([[one.begin, two.begin]]);
    one.answer();
    two.answer();
    await call.end;
    await two.end;
    assert.deepEqual([one.hungUp, two.hungUp], [false, true]);
  });

  it('goes on to the next where nobody of one group takes it, and tells what says most', async () => {
    const [one, two, later] = rung();
    const call = new ForkedCall([[one.begin, two.begin], [later.begin]]);
    one.vanish();
    two.refuse(503);
    await two.end;
    await new Promise(setImmediate);
    assert.equal(later.begun, true);
    later.refuse(486);
    assert.deepEqual(await call.end, { kind: 'refused', status: 486, reason: '', response });
  });

  it('ends with a refusal that is for everybody', async () => {
    const [one, two, later] = rung();
    const call = new ForkedCall([[one.begin, two.begin], [later.begin]]);
    one.refuse(603);
    assert.deepEqual(await call.end, { kind: 'refused', status: 603, reason: '', response });
    assert.deepEqual([two.canceled, later.begun], [true, false]);
  });

  it('is taken back from all', async () => {
    const [one, two, later] = rung();
    const call = new ForkedCall([[one.begin, two.begin], [later.begin]]);
    call.cancel();
    assert.deepEqual(await call.end, { kind: 'canceled' });
    assert.deepEqual([one.canceled, two.canceled, later.begun], [true, true, false]);
  });
});
