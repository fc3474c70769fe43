import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { SrfClient, SrfReceived } from '../../../edge/voice/srf/client.ts';
import { readInfoDigit } from '../../../edge/voice/srf/dtmf-info.ts';
import { displayName, tenantHeaders } from '../../../edge/voice/srf/headers.ts';
import { TrunkHealth } from '../../../edge/voice/srf/health.ts';
import { TrunkLimits } from '../../../edge/voice/srf/limits.ts';
import { Trunk } from '../../../edge/voice/srf/trunk.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const trunk = (change: Partial<ConstructorParameters<typeof Trunk>[0]> = {}): Trunk =>
  new Trunk(
    {
      name: 'alpha',
      proxy: 'sip:192.0.2.20:5061;transport=tcp',
      accept: ['192.0.2.0/24', '2001:db8::1'],
      cps: 50,
      channels: 1_000,
      codecs: ['opus', 'PCMA'],
      ...change,
    },
    new FakeClock(),
  );

/** A client whose requests are answered at once. */
const answering = (answer: () => Pick<SrfReceived, 'status' | 'source_address'>): SrfClient =>
  ({
    request: (_uri: string, _options: unknown, sent: (error: null, req: unknown) => void) =>
      sent(null, { on: (_event: string, hear: (res: object) => void) => hear(answer()) }),
  }) as unknown as SrfClient;

describe('a trunk', () => {
  it('knows its own addresses', () => {
    const own = trunk();
    for (const address of ['192.0.2.1', '192.0.2.255', '::ffff:192.0.2.7', '2001:db8::1'])
      assert.equal(own.accepts(address), true, address);
    for (const address of ['192.0.3.1', '2001:db8::2', '', 'x', '::1', '192.0.2'])
      assert.equal(own.accepts(address), false, address);
  });

  it('is called at its proxy, with what media has of its codecs', () => {
    assert.equal(trunk().uriOf('+12065550100'), 'sip:+12065550100@192.0.2.20:5061;transport=tcp;user=phone');
    assert.deepEqual(trunk().codecs, ['PCMA']);
  });

  it('carries so many calls at a time', () => {
    const limits = new TrunkLimits(100, 2, 0);
    assert.deepEqual([limits.take(0), limits.take(0), limits.take(0)], [true, true, false]);
    limits.give();
    assert.equal(limits.take(0), true);
    assert.equal(limits.inUse, 2);
  });

  it('carries no more calls a second than it may, over any time', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { maxLength: 200 }), fc.integer({ min: 1, max: 20 }), (gaps, cps) => {
        const limits = new TrunkLimits(cps, 1_000_000, 0);
        let nowMs = 0;
        let taken = 0;
        for (const gap of gaps) {
          nowMs += gap;
          if (limits.take(nowMs)) taken++;
        }
        // The burst of one second, and the rate from then on.
        assert.ok(taken <= cps + (nowMs / 1000) * cps + 1e-6);
      }),
    );
  });

  it('is down once it has answered and then misses three questions, and up with the next word', () => {
    const clock = new FakeClock();
    const own = trunk();
    const told: string[] = [];
    let status: SrfReceived['status'] = 405;
    const srf = answering(() => ({ status, source_address: '192.0.2.20' }));
    const health = new TrunkHealth(srf, clock, { trunk: (_name, state) => told.push(state) });
    assert.equal(own.state, 'unknown');
    health.start([own]);
    assert.equal(own.state, 'up');
    status = 408;
    clock.advance(60_000);
    assert.equal(own.state, 'up');
    clock.advance(30_000);
    assert.equal(own.state, 'down');
    health.heard(own);
    assert.deepEqual(told, ['up', 'down', 'up']);
    health.stop();
    assert.equal(clock.timers, 0);
  });
});

describe('a trunk that has a name', () => {
  it('is offered sound over the IP that it was last found at; one with an address over that', () => {
    const clock = new FakeClock();
    let from = '[2001:db8::5]';
    let status = 200;
    const srf = answering(() => ({ status, source_address: from }));
    const named = trunk({ proxy: 'sip:trunk.carrier.example' });
    const addressed = trunk({ proxy: 'sip:192.0.2.20:5060' });
    assert.deepEqual([named.soundFamily, addressed.soundFamily], [undefined, 4]);
    const health = new TrunkHealth(srf, clock, { trunk: () => undefined });
    health.start([named, addressed]);
    assert.deepEqual([named.soundFamily, addressed.soundFamily], [6, 4]);
    // What the server itself says where nobody answers is no address of the carrier's.
    [from, status] = ['192.0.2.1', 503];
    clock.advance(30_000);
    assert.equal(named.soundFamily, 6);
    status = 404;
    clock.advance(30_000);
    assert.equal(named.soundFamily, 4);
    health.stop();
  });
});

describe('digits by INFO', () => {
  it('are read from both forms', () => {
    assert.deepEqual(readInfoDigit('application/dtmf-relay', 'Signal=5\r\nDuration=250\r\n'), {
      digit: '5',
      durationMs: 250,
    });
    assert.deepEqual(readInfoDigit('Application/DTMF-Relay; x=y', 'signal = 11'), {
      digit: '#',
      durationMs: 160,
    });
    assert.deepEqual(readInfoDigit('application/dtmf', '*'), { digit: '*', durationMs: 160 });
    assert.deepEqual(readInfoDigit('application/dtmf', 'd'), { digit: 'D', durationMs: 160 });
  });

  it('are nothing else', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (type, body) => {
        const digit = readInfoDigit(type, body);
        assert.ok(digit === undefined || /^[0-9A-D*#]$/.test(digit.digit));
      }),
    );
    assert.equal(readInfoDigit('application/dtmf-relay', 'Signal=55'), undefined);
    assert.equal(readInfoDigit('text/plain', '5'), undefined);
  });
});

describe('headers of tenants', () => {
  it('may not be SIP’s own', () => {
    assert.deepEqual(
      tenantHeaders([
        ['X-Key', '1'],
        ['From', 'sip:me@evil.test'],
        ['Route', '<sip:evil.test>'],
        ['X-Line', 'a\r\nVia: b'],
        ['User-to-User', '00'],
        ['X-Bad name', '1'],
      ]),
      { 'X-Key': '1', 'X-Line': 'a Via: b', 'User-to-User': '00' },
    );
  });

  it('hold no second header, whatever they say', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, value) => {
        for (const [key, text] of Object.entries(tenantHeaders([[`X-${name}`, value]]))) {
          assert.doesNotMatch(key + text, /[\r\n]/);
        }
        assert.doesNotMatch(displayName(value), /[\r\n]/);
      }),
    );
  });
});
