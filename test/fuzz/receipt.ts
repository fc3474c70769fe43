import { idFormOf, idForms } from '../../edge/smpp/receipt-id.ts';
import { parseReceipt } from '../../edge/smpp/receipt.ts';
import type { Tlv } from '../../edge/smpp/tlvs.ts';
import type { Dice, Fuzzer } from './fuzzer.ts';

const pieces = [
  'id:', 'ID=', 'sub:', 'dlvrd:001', 'submit date:', 'done date:', 'donedate:', 'stat:', 'status:', 'err:', 'text:',
  'DELIVRD', 'UNDELIV', '000', '2611210345', '20261121034559', '1A2B', '0000006699', ' ', ',', ';', '\t', '\n', ':', '=',
  '\0', '\ufffd', ' '.repeat(500), 'id:'.repeat(100), '9'.repeat(300), 'done '.repeat(80), '__proto__',
]; // prettier-ignore

const tags = [0x001e, 0x0427, 0x0423, 0x0424, 0x020c];

const textOf = (dice: Dice): string => Array.from({ length: dice.int(60) }, () => dice.pick(pieces)).join('');

const tlvsOf = (dice: Dice): Tlv[] =>
  Array.from({ length: dice.int(5) }, () => ({ tag: dice.pick(tags), value: dice.bytes(dice.int(80)) }));

/** Receipts of any text and TLVs: either none, or one with a message and a state, whose ids have few short forms. */
export const fuzzer: Fuzzer = {
  name: 'receipt',
  attack(dice) {
    const receipt = parseReceipt(dice.int(256), textOf(dice), tlvsOf(dice));
    if (receipt === undefined) return;
    if (receipt.messageIds.length < 1 || receipt.messageIds.length > 2)
      throw new Error('ids missing or repeated');
    if (receipt.doneDate !== undefined && !/^\d{10}$/.test(receipt.doneDate)) throw new Error('no date');
    for (const id of receipt.messageIds) {
      const forms = idForms(id);
      if (forms.length > 3 || forms.some((form) => form === '' || form.length > 80))
        throw new Error('bad forms');
      for (const form of forms) idFormOf(id, form);
    }
  },
};
