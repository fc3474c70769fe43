import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Strangers } from '../../../edge/capture/correlate/strangers.ts';
import { Trace } from '../../../edge/capture/correlate/trace.ts';
import { Dissector } from '../../../edge/capture/events/dissector.ts';
import type { WireEvent } from '../../../edge/capture/events/wire-event.ts';
import { sdp, sip, rtp } from '../talk.ts';
import { datagram } from '../wire.ts';

const edge = { address: '10.0.0.1', port: 5060 };
const phone = { address: '198.51.100.7', port: 5062 };
const invite = (callId: string, timeUs: number): readonly WireEvent[] => {
  const dissector = new Dissector();
  const bytes = sip({ callId, method: 'INVITE', body: sdp('10.0.0.1', 6000) });
  return datagram('raw', edge, phone, bytes, timeUs).flatMap((packet) => dissector.push(packet));
};
const only = ([event]: readonly WireEvent[]): WireEvent => event ?? assert.fail('no event');

describe('A call that is followed', () => {
  it('shows a leg whose INVITE had passed before the leg was known, and its sound', () => {
    const trace = new Trace({ kind: 'call', callIds: ['a'], grows: true });
    assert.equal(trace.push(only(invite('a', 1))).length, 1);
    assert.deepEqual(trace.push(only(invite('b', 2))), []);
    assert.deepEqual(trace.push(only(invite('c', 3))), []);
    assert.deepEqual(trace.learn(['a']), []);
    assert.deepEqual(
      trace.learn(['a', 'b']).map(({ timeUs }) => timeUs),
      [2],
    );
    assert.deepEqual(trace.learn(['a', 'b']), []);
    assert.equal(trace.push(only(invite('b', 4))).length, 1);
    const dissector = new Dissector();
    const sound = datagram('raw', phone, { ...edge, port: 6000 }, rtp(1, 160, 7), 5);
    for (const packet of sound) for (const event of dissector.push(packet)) trace.push(event);
    const { events, streams } = trace.end();
    assert.deepEqual([events.length, streams.length], [3, 1]);
  });

  it('learns nothing of one that is over', () => {
    const trace = new Trace({ kind: 'call', callIds: ['a'] });
    trace.push(only(invite('b', 2)));
    assert.deepEqual(trace.learn(['b']), []);
  });

  it('keeps no more of strangers than passes in moments', () => {
    const strangers = new Strangers();
    const event = only(invite('x', 1));
    for (let call = 0; call < 5_000; call++) strangers.add(`call ${call}`, event);
    assert.equal(strangers.take('call 0').length, 0);
    assert.equal(strangers.take('call 4999').length, 1);
    assert.equal(strangers.take('call 4999').length, 0);
    for (let more = 0; more < 10_000; more++) strangers.add('one', event);
    assert.ok(strangers.take('one').length <= 4_096);
  });
});
