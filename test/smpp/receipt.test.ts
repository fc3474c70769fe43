import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { idFormOf, idForms, idKey } from '../../edge/smpp/receipt-id.ts';
import { receiptDate, receiptFields, searchedFields } from '../../edge/smpp/receipt-fields.ts';
import { buildReceipt, parseReceipt, receiptKind } from '../../edge/smpp/receipt.ts';
import {
  stateOfValue,
  stateOfWord,
  stateValue,
  stateWord,
  type MessageState,
} from '../../edge/smpp/message-state.ts';
import { bytesTlv, integerTlv, noTlvs, textTlv, tlvText, type Tlvs } from '../../edge/smpp/tlvs.ts';

const states: readonly MessageState[] = [
  'SCHEDULED',
  'ENROUTE',
  'DELIVERED',
  'EXPIRED',
  'DELETED',
  'UNDELIVERABLE',
  'ACCEPTED',
  'UNKNOWN',
  'REJECTED',
  'SKIPPED',
];

const standard =
  'id:7220bb6bd0be98fa sub:001 dlvrd:001 submit date:2611210344 done date:2611210345 stat:DELIVRD err:000 text:Hello';

describe('receiptFields', () => {
  it('reads the form of appendix B', () => {
    assert.deepEqual(receiptFields(standard), {
      id: '7220bb6bd0be98fa',
      state: 'DELIVRD',
      error: '000',
      doneDate: '2611210345',
    });
  });

  const examples: [name: string, text: string, fields: ReturnType<typeof receiptFields>][] = [
    ['another case and order', 'STAT:undeliv ERR:27 ID:00A1', { id: '00A1', state: 'undeliv', error: '27' }],
    ['spaces after the colon', 'id: 12 stat: EXPIRED err: 001', { id: '12', state: 'EXPIRED', error: '001' }],
    [
      'seconds and underscores',
      'id:1 submit_date:261121034400 done_date:261121034559 stat:DELIVRD',
      { id: '1', state: 'DELIVRD', doneDate: '2611210345' },
    ],
    [
      'a date with a time beside it',
      'id:1 done date:26-11-21 03:45 stat:DELIVRD',
      { id: '1', state: 'DELIVRD', doneDate: '2611210345' },
    ],
    ['empty fields', 'id:9 sub: dlvrd: done date: stat:DELIVRD err: text:', { id: '9', state: 'DELIVRD' }],
    ['other separators', 'id=9,stat=DELIVRD;err=0', { id: '9', state: 'DELIVRD', error: '0' }],
    ['other names', 'id:9 status:DELIVERED error code:5', { id: '9', state: 'DELIVERED', error: '5' }],
    ['the first of repeated fields', 'id:1 id:2 stat:DELIVRD', { id: '1', state: 'DELIVRD' }],
    ['text that comes first', 'text:hi id:4 stat:DELIVRD', { id: '4', state: 'DELIVRD' }],
    ['an id of a form of its own', 'id:a-b_c.1@x stat:DELIVRD', { id: 'a-b_c.1@x', state: 'DELIVRD' }],
    ['no receipt', 'See you at nine', {}],
    ['a word that only ends like a field', 'grid:5 restat:DELIVRD', {}],
    ['an id too long to be one', `id:${'1'.repeat(65)} stat:DELIVRD`, { state: 'DELIVRD' }],
  ];
  for (const [name, text, fields] of examples) {
    it(`reads ${name}`, () => assert.deepEqual(receiptFields(text), fields));
  }

  it('reads the standard form as a search would', () => {
    const words = fc.stringMatching(/^[!-~]{1,66}$/);
    const digits = fc.stringMatching(/^[0-9]{10,12}$/);
    fc.assert(
      fc.property(words, digits, words, words, fc.string(), (id, done, state, error, text) => {
        const receipt =
          `id:${id} sub:001 dlvrd:001 submit date:2611210344 done date:${done} ` +
          `stat:${state} err:${error} text:${text}`;
        assert.deepEqual(receiptFields(receipt), searchedFields(receipt.slice(0, 1024)));
      }),
    );
  });

  it('takes nothing from the words of the sender', () => {
    const text = 'id:1 stat:UNDELIV text:id:2 stat:DELIVRD err:001 done date:2611210345';
    assert.deepEqual(receiptFields(text), { id: '1', state: 'UNDELIV' });
  });
});

describe('receiptDate', () => {
  const examples: [written: string, date: string | undefined][] = [
    ['2611210345', '2611210345'],
    ['261121034559', '2611210345'],
    ['202611210345', '2611210345'],
    ['20261121034559', '2611210345'],
    ['2026-11-21 03:45:59', '2611210345'],
    ['2012122359', '2012122359'],
    ['', undefined],
    ['26112103', undefined],
    ['2613210345', undefined],
    ['2611320345', undefined],
    ['2611212445', undefined],
    ['2611210360', undefined],
    ['yesterday', undefined],
  ];
  for (const [written, date] of examples) {
    it(`reads ${JSON.stringify(written)}`, () => assert.equal(receiptDate(written), date));
  }
});

describe('message states', () => {
  it('are the same by value, by word and by name', () => {
    states.forEach((state, value) => {
      assert.equal(stateValue(state), value);
      assert.equal(stateOfValue(value), state);
      assert.equal(stateWord(state).length, 7);
      assert.equal(stateOfWord(stateWord(state).toLowerCase()), state);
      assert.equal(stateOfWord(String(value)), state);
    });
    assert.equal(stateOfValue(10), undefined);
  });

  it('are read from the words in use', () => {
    assert.equal(stateOfWord('FAILED'), 'UNDELIVERABLE');
    assert.equal(stateOfWord('BUFFRED'), 'ENROUTE');
    assert.equal(stateOfWord('whatever'), 'UNKNOWN');
    assert.equal(stateOfWord('99'), 'UNKNOWN');
  });
});

describe('parseReceipt', () => {
  it('reads a receipt by its text', () => {
    assert.deepEqual(parseReceipt(0x04, standard, noTlvs), {
      kind: 'receipt',
      messageIds: ['7220bb6bd0be98fa'],
      state: 'DELIVERED',
      doneDate: '2611210345',
      final: true,
    });
  });

  it('reads a receipt by its TLVs alone', () => {
    const tlvs: Tlvs = [
      textTlv('receipted_message_id', 'ABC'),
      integerTlv('message_state', 5),
      bytesTlv('network_error_code', Buffer.from([3, 0, 27])),
    ];
    assert.deepEqual(parseReceipt(0x04, '', tlvs), {
      kind: 'receipt',
      messageIds: ['ABC'],
      state: 'UNDELIVERABLE',
      errorCode: '027',
      final: true,
    });
  });

  it('believes TLVs before the text and keeps both ids', () => {
    const tlvs = [textTlv('receipted_message_id', '1A2B'), integerTlv('message_state', 8)];
    const receipt = parseReceipt(0x44, 'id:0000006699 stat:DELIVRD err:013', tlvs);
    assert.deepEqual(receipt?.messageIds, ['1A2B', '0000006699']);
    assert.equal(receipt.state, 'REJECTED');
    assert.equal(receipt.errorCode, '013');
  });

  it('goes by the text where a TLV means nothing', () => {
    const tlvs = [integerTlv('message_state', 77), bytesTlv('network_error_code', Buffer.from([3]))];
    const receipt = parseReceipt(0x04, 'id:1 stat:EXPIRED err:000', tlvs);
    assert.equal(receipt?.state, 'EXPIRED');
    assert.equal(receipt.errorCode, undefined);
  });

  it('knows what will be followed by another report', () => {
    const final = (esmClass: number, word: string): boolean | undefined =>
      parseReceipt(esmClass, `id:1 stat:${word}`, noTlvs)?.final;
    assert.equal(final(0x04, 'ENROUTE'), false);
    assert.equal(final(0x04, 'ACCEPTD'), false);
    assert.equal(final(0x04, 'UNDELIV'), true);
    assert.equal(final(0x08, 'DELIVRD'), true);
    assert.equal(final(0x20, 'DELIVRD'), false);
  });

  it('never takes an ordinary message for one, whatever it says', () => {
    for (const esmClass of [0x00, 0x03, 0x40, 0x18]) {
      assert.equal(receiptKind(esmClass), undefined);
      assert.equal(parseReceipt(esmClass, standard, [textTlv('receipted_message_id', 'A')]), undefined);
    }
  });

  it('wants a message and a state', () => {
    for (const text of ['', 'id:1', 'stat:DELIVRD', 'garbage \0\ufffd']) {
      assert.equal(parseReceipt(0x04, text, noTlvs), undefined);
    }
  });

  it('undoes buildReceipt, by text and by TLVs', () => {
    const id = fc.stringMatching(/^[0-9A-Za-z-]{1,64}$/);
    const time = fc.date({
      min: new Date('2025-01-01T00:00Z'),
      max: new Date('2099-12-31T23:59Z'),
      noInvalidDate: true,
    });
    const code = fc.integer({ min: 0, max: 999 }).map((number) => String(number).padStart(3, '0'));
    fc.assert(
      fc.property(
        id,
        fc.constantFrom(...states),
        time,
        code,
        fc.string(),
        (messageId, state, done, errorCode, text) => {
          const doneMs = done.getTime();
          const built = buildReceipt({
            messageId,
            state,
            submittedMs: doneMs - 5000,
            doneMs,
            errorCode,
            text,
          });
          assert.match(built.text, /^[ -~]*$/);
          const expected = {
            messageIds: [messageId],
            state,
            ...(errorCode === '000' ? {} : { errorCode }),
          };
          const doneDate = done.toISOString().replace(/\D/g, '').slice(2, 12);
          for (const receipt of [
            parseReceipt(built.esmClass, built.text, noTlvs),
            parseReceipt(built.esmClass, built.text, built.tlvs),
          ]) {
            const { messageIds, errorCode: error } = receipt ?? { messageIds: [] };
            assert.deepEqual(
              { messageIds, state: receipt?.state, ...(error === undefined ? {} : { errorCode: error }) },
              expected,
            );
            assert.equal(receipt?.doneDate, doneDate);
          }
          assert.equal(parseReceipt(built.esmClass, '', built.tlvs)?.state, state);
        },
      ),
    );
  });
});

describe('buildReceipt', () => {
  it('writes the form of appendix B', () => {
    const submittedMs = Date.UTC(2026, 10, 21, 3, 44, 59);
    const built = buildReceipt({
      messageId: 'SM1',
      state: 'UNDELIVERABLE',
      submittedMs,
      doneMs: submittedMs + 60_000,
      errorCode: '027',
      text: 'Grüße an alle, die dies lesen',
    });
    assert.equal(
      built.text,
      'id:SM1 sub:001 dlvrd:000 submit date:2611210344 done date:2611210345 stat:UNDELIV err:027 text:Gr??e an alle, die d',
    );
    assert.equal(built.esmClass, 0x04);
    assert.equal(tlvText(built.tlvs, 'receipted_message_id'), 'SM1');
  });
});

describe('message ids', () => {
  it('have one key for what is one number', () => {
    assert.equal(idKey('0000006699'), '6699');
    assert.equal(idKey(' 1A2B '), '1a2b');
    assert.equal(idKey('001a2b'), '1a2b');
    assert.equal(idKey('000'), '0');
  });

  it('keep the case of what is no number', () => {
    assert.equal(idKey('0aZ-9B'), '0aZ-9B');
    assert.equal(idKey(''), '');
    assert.equal(idKey('1'.repeat(65)), '');
  });

  it('are found at once where both places write them alike', () => {
    for (const id of ['12345', '1A2B', '7220bb6bd0be98fa', 'f81d4fae-7dec-11d0', 'SM00']) {
      assert.equal(idForms(id)[0], idKey(id));
    }
    assert.deepEqual(idForms('f81d4fae-7dec'), ['f81d4fae-7dec']);
    assert.deepEqual(idForms(''), []);
  });

  it('are found where one place writes decimal and the other hexadecimal', () => {
    assert.ok(idForms('0000006699').includes(idKey('1A2B')));
    assert.ok(idForms('1A2B').includes(idKey('0000006699')));
    const number = fc.bigInt({ min: 0n, max: 2n ** 180n });
    fc.assert(
      fc.property(number, fc.nat({ max: 4 }), (all, zeros) => {
        const decimal = '0'.repeat(zeros) + all.toString(10);
        const hexadecimal = all.toString(16).toUpperCase();
        assert.ok(idForms(decimal).includes(idKey(hexadecimal)));
        assert.ok(idForms(hexadecimal).includes(idKey(decimal)));
        assert.deepEqual(idForms(decimal, 'receiptDecimal'), [idKey(hexadecimal)]);
        assert.deepEqual(idForms(hexadecimal, 'receiptHexadecimal'), [idKey(decimal)]);
        assert.deepEqual(idForms(decimal, 'same'), [idKey(decimal)]);
      }),
    );
  });

  it('show the form of their link', () => {
    assert.equal(idFormOf('6699', '6699'), 'same');
    assert.equal(idFormOf('0000006699', '1a2b'), 'receiptDecimal');
    assert.equal(idFormOf('1A2B', '6699'), 'receiptHexadecimal');
    assert.equal(idFormOf('7', '7'), 'unknown');
    assert.equal(idFormOf('x-1', 'x-1'), 'unknown');
    assert.equal(idFormOf('6699', '5'), 'unknown');
  });
});
