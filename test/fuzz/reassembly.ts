import { readFragments, readInbound } from '../../edge/messaging/inbound/fragment.ts';
import {
  addPart,
  assemble,
  overdue,
  partialKey,
  type Assembled,
  type PartialMessage,
} from '../../edge/messaging/inbound/reassembly.ts';
import { buildUdh } from '../../edge/smpp/text/udh.ts';
import type { Tlv } from '../../edge/smpp/tlvs.ts';
import type { Dice, Fuzzer } from './fuzzer.ts';

const limits = { expiryMs: 1000, pendingMax: 8 };

function userData(dice: Dice): Buffer {
  const payload = dice.bytes(dice.int(40));
  const bits = dice.pick([8, 16] as const);
  const total = dice.pick([0, 1, 2, 3, 255]);
  const concatenation = { bits, reference: dice.int(3), total, sequence: dice.int(5) };
  return Buffer.concat([dice.int(6) === 0 ? dice.bytes(dice.int(8)) : buildUdh({ concatenation }), payload]);
}

const tlvsOf = (dice: Dice): Tlv[] =>
  dice.int(2) === 0
    ? []
    : [0x020c, 0x020e, 0x020f, 0x0424].map((tag) => ({ tag, value: Buffer.from([dice.int(4)]) }));

function check(message: Assembled): void {
  if (message.fragments.length + message.missing.length !== message.total)
    throw new Error('parts do not add up');
  readFragments(message.fragments, 'gsm7');
}

/** A stream of parts with clashing references, times that jump and headers that lie, into a small table of rows. */
export const fuzzer: Fuzzer = {
  name: 'reassembly',
  attack(dice) {
    const rows = new Map<string, PartialMessage>();
    let nowMs = 0;
    for (let round = dice.int(60); round > 0; round--) {
      nowMs += dice.int(200);
      const esmClass = dice.pick([0x00, 0x40]);
      const pdu = { carrier: 'a', from: '1', to: '2', esmClass, dataCoding: dice.pick([0, 4, 8]) };
      const inbound = readInbound({ ...pdu, shortMessage: userData(dice), tlvs: tlvsOf(dice) });
      if (inbound.kind === 'whole') {
        readFragments([inbound.fragment], 'gsm7');
        continue;
      }
      const key = partialKey(inbound.part).join('\0');
      const added = addPart(rows.get(key), inbound.part, nowMs, limits);
      if (added.kind === 'complete') {
        if (added.message.missing.length > 0) throw new Error('complete, but parts are missing');
        check(added.message);
        rows.delete(key);
      } else {
        if (added.kind === 'superseded') check(added.incomplete);
        if (added.row.parts.length >= added.row.total) throw new Error('pending, but nothing is missing');
        rows.set(key, added.row);
      }
      for (const row of overdue([...rows.values()], nowMs, limits)) {
        check(assemble(row));
        rows.delete(partialKey(row).join('\0'));
      }
      if (rows.size > limits.pendingMax) throw new Error('more rows than the bound');
    }
  },
};
