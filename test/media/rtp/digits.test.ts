import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Digit } from '../../../media/media.ts';
import { DigitReceiver } from '../../../media/rtp/digit-receiver.ts';
import { DigitSender } from '../../../media/rtp/digit-sender.ts';
import { dialPlan, digitOf } from '../../peers/rtp-bytes.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function receiver(): { clock: FakeClock; heard: Digit[]; receiver: DigitReceiver } {
  const clock = new FakeClock();
  const heard: Digit[] = [];
  return { clock, heard, receiver: new DigitReceiver(clock, (digit) => heard.push(digit)) };
}

/** Every packet of a phone that dials, with its timestamp. */
function dialled(digits: string): { payload: Uint8Array; timestamp: number }[] {
  let timestamp = 0;
  return dialPlan(digits).flatMap(({ payloads, first }, tick) => {
    if (first) timestamp = tick * 160;
    return payloads.map((payload) => ({ payload, timestamp }));
  });
}

describe('digits that come', () => {
  it('are heard once each, when they end', () => {
    const { heard, receiver: ours } = receiver();
    for (const { payload, timestamp } of dialled('1123*#AD')) ours.receive(payload, timestamp);
    assert.equal(heard.map(({ digit }) => digit).join(''), '1123*#AD');
    assert.ok(heard.every(({ durationMs }) => durationMs === 100));
  });

  it('are heard although packets are lost, come twice, or come late', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...Array.from('0123456789*#ABCD')), { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(9), { maxLength: 60 }),
        (digits, luck) => {
          const { clock, heard, receiver: ours } = receiver();
          const packets = dialled(digits.join(''));
          // Each digit keeps at least one packet, here its third.
          const kept = packets.filter((_, i) => i % 7 === 2 || (luck[i] ?? 5) > 2);
          for (const [i, { payload, timestamp }] of kept.entries()) {
            ours.receive(payload, timestamp);
            if ((luck[i] ?? 0) > 7) ours.receive(payload, timestamp);
          }
          clock.advance(1_000);
          assert.deepEqual(
            heard.map(({ digit }) => digit),
            digits,
          );
          assert.equal(clock.timers, 0);
        },
      ),
    );
  });

  it('ignore what is no digit', () => {
    const { clock, heard, receiver: ours } = receiver();
    ours.receive(Uint8Array.of(16, 0x8a, 1, 0), 160);
    ours.receive(Uint8Array.of(200, 0x8a, 1, 0), 320);
    ours.receive(Uint8Array.of(1, 0x8a), 480);
    ours.receive(new Uint8Array(0), 640);
    clock.advance(1_000);
    assert.deepEqual(heard, []);
  });
});

describe('digits that are sent', () => {
  it('are events of growing length whose end is said three times', () => {
    const sender = new DigitSender('7');
    const ticks: (readonly { payload: Uint8Array; first: boolean }[])[] = [];
    for (let tick = sender.tick(); tick !== 'ended'; tick = sender.tick())
      if (tick !== 'pause') ticks.push(tick);
    assert.equal(ticks.length, 8);
    assert.deepEqual(
      ticks.map((packets) => packets.length),
      [1, 1, 1, 1, 1, 1, 1, 3],
    );
    const packets = ticks.flat();
    assert.deepEqual(
      packets.map(({ first }) => first),
      [true, ...Array<boolean>(9).fill(false)],
    );
    assert.deepEqual(Array.from(packets[0]!.payload), [7, 10, 0, 160]);
    assert.deepEqual(Array.from(packets[9]!.payload), [7, 0x8a, 5, 0]);
  });

  it('are those that were asked for, with their pauses', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...Array.from('0123456789*#ABCDabcdwW x')), { maxLength: 12 }),
        (characters) => {
          const sender = new DigitSender(characters.join(''));
          let sent = '';
          let ticks = 0;
          for (let tick = sender.tick(); tick !== 'ended'; tick = sender.tick()) {
            ticks++;
            if (tick !== 'pause') for (const { payload, first } of tick) if (first) sent += digitOf(payload);
          }
          const digits = characters.filter((character) => !'wW x'.includes(character));
          assert.equal(sent, digits.join('').toUpperCase());
          const waits = characters.map((character) => ({ w: 25, W: 50, ' ': 0, x: 0 })[character] ?? 12);
          assert.equal(
            ticks,
            waits.reduce((sum, wait) => sum + wait, 0),
          );
        },
      ),
    );
  });
});
