import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import smpp from 'smpp';
import { commands } from '../../edge/smpp/commands.ts';
import type { CommandName } from '../../edge/smpp/commands.ts';
import { decode } from '../../edge/smpp/decode.ts';
import { encode } from '../../edge/smpp/encode.ts';
import { messageOf, messageValues } from '../../edge/smpp/message.ts';
import { integerTlv, textTlv, tlvInteger, tlvText } from '../../edge/smpp/tlvs.ts';
import { ascii } from './arbitrary.ts';

// Its own view of data_coding and of times is switched off by values that pass its filters unchanged.
const message = fc.record(
  {
    serviceType: ascii(5),
    source: fc.record({ ton: fc.nat(6), npi: fc.nat(18), addr: ascii(20) }, { noNullPrototype: true }),
    destination: fc.record({ ton: fc.nat(6), npi: fc.nat(18), addr: ascii(20) }, { noNullPrototype: true }),
    esmClass: fc.constantFrom(0, 4, 0x80),
    protocolId: fc.nat(255),
    priorityFlag: fc.nat(3),
    scheduleDeliveryTime: fc.constantFrom('', '261231235959000+'),
    validityPeriod: fc.constantFrom('', '261231235959000+'),
    registeredDelivery: fc.nat(255),
    replaceIfPresent: fc.nat(1),
    dataCoding: fc.constant(4),
    shortMessage: fc.uint8Array({ maxLength: 254 }).map((bytes) => Buffer.from(bytes)),
    tlvs: fc
      .record({ ref: fc.nat(0xffff), id: ascii(64), state: fc.nat(9) })
      .map(({ ref, id, state }) => [
        integerTlv('user_message_reference', ref),
        textTlv('receipted_message_id', id),
        integerTlv('message_state', state),
      ]),
  },
  { noNullPrototype: true },
);

const carriers = fc.constantFrom<CommandName>('submit_sm', 'deliver_sm');

describe('npm smpp as oracle', () => {
  it('reads our messages as we meant them', () => {
    fc.assert(
      fc.property(carriers, message, fc.nat(0x7fffffff), (name, sm, sequence) => {
        const ours = encode({
          command: commands[name],
          status: 0,
          sequence,
          values: messageValues(sm),
          tlvs: sm.tlvs,
        });
        assert.ok(ours.ok);
        const theirs = new smpp.PDU(ours.value);
        assert.equal(theirs.command, name);
        assert.equal(theirs.sequence_number, sequence);
        const body = theirs['short_message'] as { message: Buffer };
        assert.deepEqual(
          [
            theirs['service_type'],
            theirs['source_addr_ton'],
            theirs['source_addr_npi'],
            theirs['source_addr'],
            theirs['dest_addr_ton'],
            theirs['dest_addr_npi'],
            theirs['destination_addr'],
            theirs['esm_class'],
            theirs['protocol_id'],
            theirs['registered_delivery'],
            theirs['data_coding'],
            body.message.toString('hex'),
            theirs['user_message_reference'],
            theirs['receipted_message_id'],
            theirs['message_state'],
          ],
          [
            sm.serviceType,
            sm.source.ton,
            sm.source.npi,
            sm.source.addr,
            sm.destination.ton,
            sm.destination.npi,
            sm.destination.addr,
            sm.esmClass,
            sm.protocolId,
            sm.registeredDelivery,
            sm.dataCoding,
            sm.shortMessage.toString('hex'),
            tlvInteger(sm.tlvs, 'user_message_reference'),
            tlvText(sm.tlvs, 'receipted_message_id'),
            tlvInteger(sm.tlvs, 'message_state'),
          ],
        );
      }),
    );
  });

  it('writes messages that we read as it meant them, to the byte', () => {
    fc.assert(
      fc.property(carriers, message, fc.nat(0x7fffffff), (name, sm, sequence) => {
        const theirs = new smpp.PDU(name, {
          sequence_number: sequence,
          service_type: sm.serviceType,
          source_addr_ton: sm.source.ton,
          source_addr_npi: sm.source.npi,
          source_addr: sm.source.addr,
          dest_addr_ton: sm.destination.ton,
          dest_addr_npi: sm.destination.npi,
          destination_addr: sm.destination.addr,
          esm_class: sm.esmClass,
          protocol_id: sm.protocolId,
          priority_flag: sm.priorityFlag,
          schedule_delivery_time: sm.scheduleDeliveryTime,
          validity_period: sm.validityPeriod,
          registered_delivery: sm.registeredDelivery,
          replace_if_present_flag: sm.replaceIfPresent,
          data_coding: sm.dataCoding,
          short_message: sm.shortMessage,
          user_message_reference: tlvInteger(sm.tlvs, 'user_message_reference'),
          receipted_message_id: tlvText(sm.tlvs, 'receipted_message_id'),
          message_state: tlvInteger(sm.tlvs, 'message_state'),
        }).toBuffer();
        const read = decode(theirs);
        assert.ok(read.ok);
        assert.equal(read.pdu.sequence, sequence);
        assert.deepEqual(messageOf(read.pdu), sm);
        assert.deepEqual(encode(read.pdu), { ok: true, value: theirs });
      }),
    );
  });

  it('agrees on every other command filled with its defaults', () => {
    for (const name of Object.keys(commands) as CommandName[]) {
      const theirs = new smpp.PDU(name, { sequence_number: 5 }).toBuffer();
      const read = decode(theirs);
      assert.ok(read.ok, name);
      assert.equal(read.pdu.command.name, name);
      assert.deepEqual(encode(read.pdu), { ok: true, value: theirs }, name);
    }
  });
});
