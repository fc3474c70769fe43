import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Random } from '../../../control/base/random.ts';
import { cachedResolver } from '../../../edge/sip/locate/cached-resolver.ts';
import { locate } from '../../../edge/sip/locate/locate.ts';
import type { LocateOptions } from '../../../edge/sip/locate/locate.ts';
import type { Naptr, Records, Resolver, Srv } from '../../../edge/sip/locate/resolver.ts';
import { orderSrv } from '../../../edge/sip/locate/srv-order.ts';
import { parseUri } from '../../../edge/sip/message/uri.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const lowest: Random = { bytes: (length) => Buffer.alloc(length), fraction: () => 0 };

interface Zone {
  readonly naptr?: Readonly<Record<string, readonly Naptr[]>>;
  readonly srv?: Readonly<Record<string, readonly Srv[]>>;
  readonly a?: Readonly<Record<string, readonly string[]>>;
  readonly aaaa?: Readonly<Record<string, readonly string[]>>;
}

/** A resolver that knows a zone and notes what it is asked. */
function zone(known: Zone, ttlS = 60) {
  const asked: string[] = [];
  const look = <T>(kind: keyof Zone, name: string, table: Readonly<Record<string, readonly T[]>> = {}) => {
    asked.push(`${kind} ${name}`);
    return Promise.resolve<Records<T>>({ records: table[name] ?? [], ttlS, failed: false });
  };
  const resolver: Resolver = {
    naptr: (name) => look('naptr', name, known.naptr),
    srv: (name) => look('srv', name, known.srv),
    a: (name) => look('a', name, known.a),
    aaaa: (name) => look('aaaa', name, known.aaaa),
  };
  return { resolver, asked };
}

async function find(text: string, known: Zone, changes: Partial<LocateOptions> = {}) {
  const uri = parseUri(text);
  assert.ok(uri?.kind === 'sip');
  const { resolver, asked } = zone(known);
  const found = await locate(uri, {
    resolver,
    random: lowest,
    transports: ['udp', 'tcp', 'tls'],
    families: [4, 6],
    ...changes,
  });
  const shown = found.map(
    ({ transport, host, port, serverName }) =>
      `${transport} ${host} ${port}${serverName === undefined ? '' : ` ${serverName}`}`,
  );
  return { shown, asked };
}

const naptr = (order: number, preference: number, service: string, replacement: string): Naptr => ({
  order,
  preference,
  flags: 's',
  service,
  replacement,
});
const srv = (priority: number, weight: number, port: number, target: string): Srv => ({
  priority,
  weight,
  port,
  target,
});

describe('locate', () => {
  it('asks nothing about addresses', async () => {
    for (const [uri, wanted] of [
      ['sip:a@192.0.2.1', 'udp 192.0.2.1 5060'],
      ['sip:192.0.2.1:5070;transport=TCP', 'tcp 192.0.2.1 5070'],
      ['sips:[2001:db8::1]', 'tls 2001:db8::1 5061'],
      ['sip:192.0.2.1;transport=tls', 'tls 192.0.2.1 5061'],
      ['sip:example.com;maddr=192.0.2.7', 'udp 192.0.2.7 5060'],
    ] as const) {
      const { shown, asked } = await find(uri, {});
      assert.deepEqual(shown, [wanted]);
      assert.deepEqual(asked, []);
    }
  });

  it('looks for addresses alone where the port is given', async () => {
    const known = {
      a: { 'example.com': ['192.0.2.1', '192.0.2.2'] },
      aaaa: { 'example.com': ['2001:db8::1'] },
    };
    const { shown, asked } = await find('sip:Example.com.:5080', known);
    assert.deepEqual(shown, [
      'udp 192.0.2.1 5080 example.com',
      'udp 192.0.2.2 5080 example.com',
      'udp 2001:db8::1 5080 example.com',
    ]);
    assert.deepEqual(asked, ['a example.com', 'aaaa example.com']);
    assert.deepEqual((await find('sips:example.com:5080', known, { families: [6] })).shown, [
      'tls 2001:db8::1 5080 example.com',
    ]);
  });

  it('looks for the service of a transport that is named', async () => {
    const { shown, asked } = await find('sip:example.com;transport=tcp', {
      srv: { '_sip._tcp.example.com': [srv(2, 0, 5070, 'B.example.com'), srv(1, 0, 5060, 'a.example.com')] },
      a: { 'a.example.com': ['192.0.2.1'], 'b.example.com': ['192.0.2.2'] },
    });
    assert.deepEqual(shown, ['tcp 192.0.2.1 5060 example.com', 'tcp 192.0.2.2 5070 example.com']);
    assert.equal(asked[0], 'srv _sip._tcp.example.com');
  });

  it('follows NAPTR in its order, and leaves out what we do not have', async () => {
    const known = {
      naptr: {
        'example.com': [
          naptr(90, 50, 'SIP+D2T', '_sip._tcp.example.com'),
          naptr(50, 60, 'SIPS+D2T', '_sips._tcp.example.com'),
          naptr(50, 50, 'SIP+D2S', '_sip._sctp.example.com'),
          { ...naptr(1, 1, 'SIP+D2U', '_sip._udp.example.com'), flags: 'u' },
        ],
      },
      srv: {
        '_sip._tcp.example.com': [srv(0, 0, 5060, 'a.example.com')],
        '_sips._tcp.example.com': [srv(0, 0, 5061, 'a.example.com')],
        '_sip._udp.example.com': [srv(0, 0, 5060, 'a.example.com')],
      },
      a: { 'a.example.com': ['192.0.2.1'] },
    };
    assert.deepEqual((await find('sip:example.com', known)).shown, [
      'tls 192.0.2.1 5061 example.com',
      'tcp 192.0.2.1 5060 example.com',
    ]);
    assert.deepEqual((await find('sip:example.com', known, { transports: ['udp', 'tcp'] })).shown, [
      'tcp 192.0.2.1 5060 example.com',
    ]);
    assert.deepEqual((await find('sips:example.com', known)).shown, ['tls 192.0.2.1 5061 example.com']);
  });

  it('asks for the services of all transports where there is no NAPTR', async () => {
    const { shown } = await find('sip:example.com', {
      srv: {
        '_sip._udp.example.com': [srv(0, 0, 5060, 'a.example.com')],
        '_sips._tcp.example.com': [srv(0, 0, 5061, 'a.example.com')],
      },
      a: { 'a.example.com': ['192.0.2.1'] },
    });
    assert.deepEqual(shown, ['udp 192.0.2.1 5060 example.com', 'tls 192.0.2.1 5061 example.com']);
  });

  it('falls back on addresses where there are no services', async () => {
    const known = { a: { 'example.com': ['192.0.2.1'] } };
    assert.deepEqual((await find('sip:example.com', known)).shown, ['udp 192.0.2.1 5060 example.com']);
    assert.deepEqual((await find('sips:example.com', known)).shown, ['tls 192.0.2.1 5061 example.com']);
    assert.deepEqual((await find('sip:example.com', known, { transports: ['tcp'] })).shown, [
      'tcp 192.0.2.1 5060 example.com',
    ]);
  });

  it('finds nothing where the service is not offered, or by means we do not have', async () => {
    const known = {
      srv: { '_sip._udp.example.com': [srv(0, 0, 5060, '.')] },
      a: { 'example.com': ['192.0.2.1'] },
    };
    assert.deepEqual((await find('sip:example.com;transport=udp', known)).shown, []);
    assert.deepEqual((await find('sip:example.com;transport=sctp', known)).shown, []);
    assert.deepEqual((await find('sips:example.com;transport=udp', known)).shown, []);
    assert.deepEqual((await find('sips:192.0.2.1', known, { transports: ['udp'] })).shown, []);
    assert.deepEqual((await find('sip:unknown.example.com', known)).shown, []);
  });

  it('does no more than a bounded amount of work', async () => {
    const many = Array.from({ length: 500 }, (_, i) => srv(i, 0, 5060, `h${i}.example.com`));
    const { shown, asked } = await find('sip:example.com', {
      naptr: { 'example.com': Array.from({ length: 500 }, (_, i) => naptr(i, 0, 'SIP+D2U', `s${i}`)) },
      srv: Object.fromEntries(many.map((_, i) => [`s${i}`, many])),
      a: Object.fromEntries(
        many.map(({ target }, i) => [
          target,
          Array.from({ length: 500 }, (_, j) => `10.0.${i % 256}.${j % 256}`),
        ]),
      ),
    });
    assert.ok(shown.length <= 24);
    assert.ok(asked.length <= 40);
  });
});

describe('orderSrv', () => {
  it('keeps every record, lower priorities first', () => {
    const record = fc.record({
      priority: fc.integer({ min: 0, max: 3 }),
      weight: fc.integer({ min: 0, max: 100 }),
      port: fc.constant(5060),
      target: fc.string(),
    });
    fc.assert(
      fc.property(
        fc.array(record),
        fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1 }),
        (records, draws) => {
          let drawn = 0;
          const random: Random = { ...lowest, fraction: () => draws[drawn++ % draws.length] ?? 0 };
          const ordered = orderSrv(records, random);
          assert.deepEqual(new Set(ordered), new Set(records));
          assert.equal(ordered.length, records.length);
          for (let i = 1; i < ordered.length; i++)
            assert.ok(ordered[i - 1]!.priority <= ordered[i]!.priority);
        },
      ),
    );
  });

  it('draws first by weight', () => {
    const records = [srv(0, 75, 1, 'a'), srv(0, 25, 2, 'b'), srv(0, 0, 3, 'c')];
    const first = (fraction: number): string | undefined =>
      orderSrv(records, { ...lowest, fraction: () => fraction })[0]?.target;
    assert.equal(first(0), 'c');
    assert.equal(first(0.02), 'a');
    assert.equal(first(0.74), 'a');
    assert.equal(first(0.76), 'b');
    assert.equal(first(0.999), 'b');
  });
});

describe('cachedResolver', () => {
  it('asks again when the time to live has passed', async () => {
    const clock = new FakeClock();
    const { resolver, asked } = zone({ a: { 'a.example': ['192.0.2.1'] } }, 30);
    const cached = cachedResolver(resolver, clock);
    const once = await Promise.all([cached.a('a.example'), cached.a('a.example')]);
    assert.deepEqual(once[0].records, ['192.0.2.1']);
    clock.advance(29_999);
    await cached.a('a.example');
    assert.equal(asked.length, 1);
    clock.advance(1);
    await cached.a('a.example');
    await cached.aaaa('a.example');
    assert.deepEqual(asked, ['a a.example', 'a a.example', 'aaaa a.example']);
  });

  it('bounds the time to live', async () => {
    for (const [ttlS, beforeMs, afterMs] of [
      [0, 999, 1],
      [1_000_000, 3_599_999, 1],
    ] as const) {
      const clock = new FakeClock();
      const { resolver, asked } = zone({}, ttlS);
      const cached = cachedResolver(resolver, clock);
      await cached.srv('x');
      clock.advance(beforeMs);
      await cached.srv('x');
      assert.equal(asked.length, 1);
      clock.advance(afterMs);
      await cached.srv('x');
      assert.equal(asked.length, 2);
    }
  });

  it('remembers no more than it may', async () => {
    const { resolver, asked } = zone({});
    const cached = cachedResolver(resolver, new FakeClock(), 2);
    for (const name of ['a', 'b', 'c', 'a']) await cached.naptr(name);
    await cached.naptr('c');
    assert.deepEqual(asked, ['naptr a', 'naptr b', 'naptr c', 'naptr a']);
  });
});
