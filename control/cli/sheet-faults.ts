import type { SheetFaults } from '../prefixes/sheet.ts';
import { refused, type Outcome } from './command.ts';

const faultsShown = 20;

/** A table that was refused whole: its faults by line, as many as a screen holds. */
export function refusedSheet(file: string, { faults, count }: SheetFaults): Outcome {
  const lines = faults.slice(0, faultsShown).map(({ line, reason }) => `line ${line}: ${reason}`);
  if (count > lines.length) lines.push(`… and ${count - lines.length} more`);
  return refused(`${file}: ${count === 1 ? '1 fault' : `${count} faults`}, and nothing was changed`, {
    json: { imported: 0, faults: faults.map(({ line, reason }) => ({ line, reason })) },
    text: lines.join('\n'),
  });
}
