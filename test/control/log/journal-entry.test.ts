import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { encodeEntry } from '../../../control/log/journal-entry.ts';
import { journalFields } from '../../../control/log/journal-fields.ts';
import { readJournalDatagram } from '../../support/journal-reader.ts';

const text = fc.string({
  unit: fc.oneof(fc.constantFrom('\n', '=', '\0', 'ä', '🦊'), fc.string()),
  maxLength: 40,
});
const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,20}$/);
const well = (value: string): string => Buffer.from(value).toString();

describe('an entry of the journal', () => {
  it('is read as it was written, whatever its values hold', () => {
    fc.assert(
      fc.property(text, fc.array(fc.tuple(name, text)), (message, fields) => {
        const read = readJournalDatagram(encodeEntry({ message, fields }, 48 * 1024));
        assert.deepEqual(
          read,
          [...fields, ['MESSAGE', message] as const].map(([key, value]) => [key, well(value)]),
        );
      }),
    );
  });

  it('has the length of a value with line ends in front of it, little-endian', () => {
    const bytes = encodeEntry({ message: 'well', fields: [['A', 'x\ny']] }, 1_000);
    assert.equal(bytes.toString('latin1'), 'A\n\x03\0\0\0\0\0\0\0x\ny\nMESSAGE=well\n');
  });

  it('fits whatever room there is, the message and long values cut between characters', () => {
    const long = fc.string({
      unit: fc.constantFrom('a', 'ä', '€', '🦊', '\n'),
      minLength: 500,
      maxLength: 3_000,
    });
    fc.assert(
      fc.property(
        long,
        fc.array(fc.tuple(name, long), { maxLength: 8 }),
        fc.integer({ min: 100, max: 9_000 }),
        (message, fields, room) => {
          const bytes = encodeEntry({ message, fields }, room);
          assert.ok(bytes.length <= room, `${bytes.length} of ${room}`);
          const read = readJournalDatagram(bytes);
          const [key, said] = read.at(-1) ?? ['', ''];
          assert.equal(key, 'MESSAGE');
          assert.ok(said === message || (said.endsWith('…') && message.startsWith(said.slice(0, -1))), said);
          for (const [at, [key, value]] of read.slice(0, -1).entries()) {
            assert.equal(key, fields[at]?.[0]);
            assert.ok(Buffer.byteLength(value) <= 1_024);
            assert.ok(fields[at]?.[1].startsWith(value.slice(0, -1)));
          }
        },
      ),
    );
  });
});

const call = `CA${'0'.repeat(32)}`;
const account = `AC${'1'.repeat(32)}`;

describe('the fields of a line in the journal', () => {
  it('name what a SID stands for, whatever the line calls it, and before all else', () => {
    assert.deepEqual(journalFields({ carrier: 'alpha', sid: call, account }), [
      ['STROWGER_CALL', call],
      ['STROWGER_ACCOUNT', account],
      ['STROWGER_CARRIER', 'alpha'],
    ]);
    assert.deepEqual(journalFields({ sid: 'CA1' }), [['STROWGER_SID', 'CA1']]);
  });

  it('are called by their names in capitals, but for a few', () => {
    assert.deepEqual(
      journalFields({ errorCode: 30_008, code: 11_200, link: 'a', trunk: 'b', requestId: 'x' }),
      [
        ['STROWGER_ERROR_CODE', '30008'],
        ['STROWGER_ERROR_CODE', '11200'],
        ['STROWGER_LINK', 'a'],
        ['STROWGER_CARRIER', 'a'],
        ['STROWGER_TRUNK', 'b'],
        ['STROWGER_CARRIER', 'b'],
        ['STROWGER_REQUEST', 'x'],
      ],
    );
  });

  it('are texts: nothing is left out, all else is JSON', () => {
    assert.deepEqual(journalFields({ a: null, b: undefined, c: true, d: ['x'], e: { f: 1 } }), [
      ['STROWGER_C', 'true'],
      ['STROWGER_D', '["x"]'],
      ['STROWGER_E', '{"f":1}'],
    ]);
  });

  it('are few, with names that journald takes, whatever a line holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue(), { maxKeys: 60 }), (line) => {
        const fields = journalFields(line);
        assert.ok(fields.length <= 64);
        for (const [key] of fields) assert.match(key, /^STROWGER_[A-Z0-9_]*$/);
        assert.doesNotThrow(() => readJournalDatagram(encodeEntry({ message: '', fields }, 48 * 1024)));
      }),
    );
  });

  it('are not taken from where they are not: names of objects’ own members mean nothing', () => {
    assert.deepEqual(journalFields({ constructor: 'x', toString: 'y' }), [
      ['STROWGER_CONSTRUCTOR', 'x'],
      ['STROWGER_TO_STRING', 'y'],
    ]);
  });
});
