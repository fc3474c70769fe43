import fc from 'fast-check';
import { commands } from '../../edge/smpp/commands.ts';
import type { Command, Field } from '../../edge/smpp/commands.ts';
import type { Pdu, Value } from '../../edge/smpp/pdu.ts';
import type { Tlvs } from '../../edge/smpp/tlvs.ts';

const octet = fc.nat(255);
/** Text that a C-octet string can hold. */
export const latin = (max: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 1, max: 255 }), { maxLength: max })
    .map((codes) => String.fromCharCode(...codes));
/** Text that ASCII readers take as it is. */
export const ascii = (max: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 32, max: 126 }), { maxLength: max })
    .map((codes) => String.fromCharCode(...codes));
const octets = (max: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength: max }).map((bytes) => Buffer.from(bytes));
const plain = { noNullPrototype: true } as const;
const address = fc.record({ ton: octet, npi: octet, addr: latin(20) }, plain);

function value(field: Field): fc.Arbitrary<Value> {
  switch (field.kind) {
    case 'int8':
      return octet;
    case 'cstring':
      return latin(field.max);
    case 'octets':
      return octets(field.max);
    case 'destinations':
      return fc.array(
        fc.oneof(
          fc.record({ kind: fc.constant('address' as const), address }, plain),
          fc.record({ kind: fc.constant('list' as const), name: latin(20) }, plain),
        ),
        { maxLength: 20 },
      );
    case 'unsuccessful':
      return fc.array(fc.record({ address, status: fc.nat(0x7fffffff) }, plain), { maxLength: 20 });
  }
}

export const tlvs: fc.Arbitrary<Tlvs> = fc.array(
  fc.record({ tag: fc.nat(0xffff), value: octets(300) }, plain),
  {
    maxLength: 8,
  },
);

const everyCommand: readonly Command[] = Object.values(commands);

/** Any well-formed PDU. */
export const pdu: fc.Arbitrary<Pdu> = fc.constantFrom(...everyCommand).chain((command) =>
  fc.record(
    {
      command: fc.constant(command),
      status: fc.nat(0x7fffffff),
      sequence: fc.nat(0x7fffffff),
      values: fc.tuple(...command.fields.map(value)),
      tlvs,
    },
    plain,
  ),
);
