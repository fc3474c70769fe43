import assert from 'node:assert/strict';
import { commands } from '../../edge/smpp/commands.ts';
import type { Command, Field } from '../../edge/smpp/commands.ts';
import { decode } from '../../edge/smpp/decode.ts';
import { encode } from '../../edge/smpp/encode.ts';
import { Framer } from '../../edge/smpp/framer.ts';
import type { Value } from '../../edge/smpp/pdu.ts';
import type { Tlv } from '../../edge/smpp/tlvs.ts';
import type { Dice, Fuzzer } from './fuzzer.ts';

const every: readonly Command[] = Object.values(commands);
const limit = 4_096;

const text = (dice: Dice, max: number): string =>
  String.fromCharCode(...Array.from({ length: dice.int(max + 1) }, () => 1 + dice.int(255)));

const address = (dice: Dice) => ({ ton: dice.int(256), npi: dice.int(256), addr: text(dice, 20) });

function value(dice: Dice, field: Field): Value {
  switch (field.kind) {
    case 'int8':
      return dice.int(256);
    case 'cstring':
      return text(dice, field.max);
    case 'octets':
      return dice.bytes(dice.int(field.max + 1));
    case 'destinations':
      return Array.from({ length: dice.int(5) }, () => ({
        kind: 'address' as const,
        address: address(dice),
      }));
    case 'unsuccessful':
      return Array.from({ length: dice.int(5) }, () => ({ address: address(dice), status: dice.int(256) }));
  }
}

function wellFormed(dice: Dice): Buffer {
  const command = dice.pick(every);
  const tlvs: Tlv[] = Array.from({ length: dice.int(4) }, () => ({
    tag: dice.int(0x10000),
    value: dice.bytes(dice.int(40)),
  }));
  const made = encode({
    command,
    status: dice.int(2) * dice.int(0x500),
    sequence: dice.int(0x7fffffff),
    values: command.fields.map((field) => value(dice, field)),
    tlvs,
  });
  assert.ok(made.ok, 'a well-formed PDU was not written');
  return made.value;
}

/** Flips, cuts, grows or mislabels a PDU; mostly its length stays true, so that its body is what is read. */
function mutate(dice: Dice, from: Buffer): Buffer {
  let bytes: Buffer = Buffer.from(from);
  for (let rounds = dice.int(4); rounds > 0; rounds--) {
    const at = dice.int(bytes.length + 1);
    const change = dice.int(4);
    if (change === 0)
      bytes = Buffer.concat([bytes.subarray(0, at), dice.bytes(dice.int(30)), bytes.subarray(at)]);
    else if (change === 1) bytes = bytes.subarray(0, at);
    else if (at < bytes.length)
      bytes[at] = change === 2 ? dice.pick([0, 1, 0x7f, 0x80, 0xff]) : dice.int(256);
  }
  if (bytes.length >= 4 && dice.int(8) > 0) bytes.writeUInt32BE(bytes.length);
  return bytes;
}

/** What one frame gives: no throw, nothing outside the frame, and a value that survives writing and reading. */
function check(frame: Buffer): void {
  const read = decode(frame);
  if (!read.ok) {
    assert.ok(read.error.offset <= frame.length, 'an offset beyond the PDU');
    return;
  }
  const { pdu } = read;
  const payload = pdu.tlvs.reduce((sum, tlv) => sum + tlv.value.length, 0);
  assert.ok(payload <= frame.length && pdu.tlvs.length <= 256, 'more came out than went in');
  const again = encode(pdu);
  assert.ok(again.ok, 'a decoded PDU cannot be written');
  assert.deepEqual(decode(again.value), read);
}

/** Mutated PDUs and noise, cut into arbitrary chunks, through framer and decoder. */
export const fuzzer: Fuzzer = {
  name: 'pdu',
  attack(dice) {
    const parts = Array.from({ length: 1 + dice.int(4) }, () =>
      dice.int(10) === 0 ? dice.bytes(dice.int(80)) : mutate(dice, wellFormed(dice)),
    );
    const stream = Buffer.concat(parts);
    const framer = new Framer(limit);
    for (let at = 0; at < stream.length;) {
      const size = 1 + dice.int(dice.pick([2, 40, 4_000]));
      for (const frame of framer.push(stream.subarray(at, at + size))) check(frame);
      assert.ok(framer.buffered <= limit, 'the framer keeps more than its limit');
      at += size;
    }
    // A mutated PDU in front may hide the others from the framer, so each is read by itself as well.
    for (const part of parts) check(part);
  },
};
