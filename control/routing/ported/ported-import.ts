import type { Readable } from 'node:stream';
import { fail, ok, type Result } from '../../base/result.ts';
import { isE164Form } from '../../inventory/e164.ts';
import { Column } from '../../prefixes/column.ts';
import { faultsKept, readSheet, type LineFault, type SheetFaults } from '../../prefixes/sheet.ts';
import { PortedRows } from './ported-rows.ts';

/** Numbers of one file: their columns take 14 bytes each. */
const numbersMax = 20_000_000;

/** Reads a table `e164,carrier` whole: the numbers, or everything that is wrong with it. `carriers`: those it may name. */
export async function readPorted(
  input: Readable,
  carriers: readonly string[],
): Promise<Result<PortedRows, SheetFaults>> {
  const rows = new PortedRows();
  const lines = new Column(Uint32Array);
  const known = new Set(carriers);
  const columns = ['e164', 'carrier'] as const;
  const read = await readSheet(input, { columns, required: columns }, ({ e164, carrier }, line) => {
    if (!isE164Form(e164))
      return `e164 ${JSON.stringify(e164.slice(0, 40))} is no number such as +14155552671`;
    if (!known.has(carrier))
      return `carrier ${JSON.stringify(carrier.slice(0, 40))} is none of the configuration’s`;
    if (rows.count >= numbersMax) return `more than ${numbersMax} numbers in one table`;
    rows.add(e164, carrier);
    lines.push(line);
    return undefined;
  });
  const faults: LineFault[] = read.ok ? [] : [...read.error.faults];
  let count = read.ok ? 0 : read.error.count;
  for (const [row, before] of rows.doubled()) {
    count++;
    const reason = `the number is in line ${lines.at(before)} already`;
    if (faults.length < faultsKept) faults.push({ line: lines.at(row), reason });
  }
  return count === 0 ? ok(rows) : fail({ faults: faults.sort((a, b) => a.line - b.line), count });
}
