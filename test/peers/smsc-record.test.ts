import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { buildSubmit, command } from './smsc-bytes.ts';
import { messageNumber, SmscRecord, takeCensus } from './smsc-record.ts';

function recordOf(rows: readonly (readonly [source: string, body: string, status?: number])[]): SmscRecord {
  const record = new SmscRecord();
  for (const [source, text, status = 0] of rows) {
    const body = Buffer.from(text);
    const pdu = buildSubmit({ commandId: command.submitSm, sequence: 1, source, destination: '2', body });
    record.add(pdu, 0, pdu.length, status);
  }
  return record;
}

describe('the record of an SMSC', () => {
  it('keeps messages in their order over many slabs', () => {
    const count = 20_000;
    const record = recordOf(Array.from({ length: count }, (_, index) => ['1', `text #${index}`]));
    assert.equal(record.size, count);
    let index = 0;
    for (const { body } of record.messages()) assert.equal(body, `text #${index++}`);
    assert.equal(index, count);
    record.clear();
    assert.deepEqual([...record.messages()], []);
  });

  it('counts what is missing, double, out of order and without a number', () => {
    const record = recordOf([
      ['1', 'x #0'],
      ['2', 'x #3'],
      ['1', 'x #4'],
      ['1', 'x #2'],
      ['1', 'x #4'],
      ['1', 'x #1', 0x58],
      ['1', 'no number'],
    ]);
    assert.deepEqual(takeCensus(record.messages(), 6), {
      accepted: 6,
      distinct: 4,
      duplicates: 1,
      missing: 2,
      missingFirst: [1, 5],
      duplicatesFirst: [4],
      outOfOrder: 1,
      unnumbered: 1,
    });
  });

  it('reads a number only where digits end the body', () => {
    assert.equal(messageNumber('to #5 #000000042'), 42);
    assert.equal(messageNumber('#12 apples'), undefined);
    assert.equal(messageNumber('none #'), undefined);
    assert.equal(messageNumber('42'), undefined);
  });
});
