import { Readable } from 'node:stream';
import { compileRoutes } from '../../control/routing/compile.ts';
import { Choice } from '../../control/routing/choice.ts';
import { readRoutes } from '../../control/routing/import.ts';
import { traffics } from '../../control/routing/route.ts';
import { RouteTable } from '../../control/routing/route-table.ts';
import type { Dice, Fuzzer } from './fuzzer.ts';

const carriers = ['alpha', 'beta'].map((name) => ({ name, smpp: {}, sip: {}, routes: [] }));
const headers = [
  'prefix,carrier', 'carrier,prefix,cost,weight', 'prefix,carrier,from,until,days,zone', 'prefix,carrier,kind,priority',
  'prefix', 'prefix,carrier,carrier', 'prefix,carrier,__proto__', '',
] as const; // prettier-ignore
const cells = [
  '+', '+1', '+1415', '12345', '+123456789012345', '+1234567890123456', 'alpha', 'beta', 'omega', '', '0', '1', '-1', '1e9',
  '0.000001', '0.0000001', '99999', '08:00', '24:00', '0:60', 'mon-fri', 'sat sun', 'sun-', 'UTC', 'Europe/Berlin', 'x/y',
  'both', 'calls', 'messages', '__proto__', 'constructor', '"', '""', '"a,b"', '\0', '\ufeff', 'ü', 'x'.repeat(300),
] as const; // prettier-ignore

function csv(dice: Dice): Buffer {
  if (dice.int(10) === 0) return dice.bytes(dice.int(300));
  const header = dice.pick(headers);
  const lines: string[] = [header];
  const columns = header.split(',').length;
  for (let count = dice.int(12); count > 0; count--) {
    const width = dice.int(12) === 0 ? dice.int(6) : columns;
    lines.push(Array.from({ length: width }, () => dice.pick(cells)).join(','));
  }
  return Buffer.from(lines.join(dice.pick(['\n', '\r\n', '\n\n', '\r'])));
}

/** Tables of routes: each is read or refused with its faults, never both; what is read can be looked up in. */
const fuzzer: Fuzzer = {
  name: 'routes',
  async attack(dice) {
    const read = await readRoutes(Readable.from([csv(dice)]), carriers);
    if (!read.ok) {
      const { faults, count } = read.error;
      if (count === 0 || faults.length !== count) throw new Error('refused without telling every fault');
      if (faults.some(({ line, reason }) => !(line >= 0) || reason === ''))
        throw new Error('a fault of no line');
      return;
    }
    const table = new RouteTable(new Uint8Array(compileRoutes(read.value)).buffer);
    if (table.size !== read.value.count) throw new Error('routes were lost');
    const names = new Set(carriers.map(({ name }) => name));
    for (const traffic of traffics) {
      const choice = new Choice(table, traffic, names, { now: () => dice.int(2 ** 31) * 1000 });
      for (const number of ['+14155550100', '+442079460000', '12345', dice.pick(cells)]) {
        const candidates = choice.candidates(number);
        if (candidates.length > 0 && !choice.leadsTo(number)) throw new Error('candidates without a way');
      }
    }
  },
};

export { fuzzer };
