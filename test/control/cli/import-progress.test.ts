import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ImportMeter } from '../../../control/cli/import-progress.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const totalBytes = 10_000;

function meter(errIsTerminal: boolean) {
  const clock = new FakeClock();
  const told: string[] = [];
  const io = { err: (text: string) => void told.push(text), errIsTerminal };
  return { clock, told, meter: new ImportMeter(io, clock, totalBytes) };
}

describe('the progress of an import', () => {
  it('is a bar on a terminal, with rate and time left, and goes when it is over', () => {
    const { clock, told, meter: bar } = meter(true);
    bar.show({ bytes: 0, imported: 0 });
    clock.advance(2_000);
    bar.show({ bytes: 5_000, imported: 3_000 });
    clock.advance(100);
    bar.show({ bytes: 5_100, imported: 3_060 });
    bar.end();
    assert.deepEqual(told, [
      `\r\u001b[K[${'#'.repeat(12)}${' '.repeat(12)}] 50 %  3,000 numbers  1,500 a second  2 s left`,
      '\r\u001b[K',
    ]);
  });

  it('counts what was done since an interruption alone', () => {
    const { clock, told, meter: bar } = meter(true);
    bar.show({ bytes: 4_000, imported: 2_000 });
    clock.advance(1_000);
    bar.show({ bytes: 6_000, imported: 3_000 });
    assert.match(told[0] ?? '', /60 % {2}3,000 numbers {2}1,000 a second {2}2 s left$/);
  });

  it('is a line now and then elsewhere', () => {
    const { clock, told, meter: lines } = meter(false);
    lines.show({ bytes: 0, imported: 0 });
    clock.advance(9_999);
    lines.show({ bytes: 5_000, imported: 3_000 });
    assert.deepEqual(told, []);
    clock.advance(1);
    lines.show({ bytes: 5_000, imported: 3_000 });
    lines.end();
    assert.deepEqual(told, ['importing: 50 %  3,000 numbers  300 a second  10 s left\n']);
  });
});
