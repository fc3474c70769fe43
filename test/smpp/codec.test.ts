import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { commands } from '../../edge/smpp/commands.ts';
import { decode } from '../../edge/smpp/decode.ts';
import { encode } from '../../edge/smpp/encode.ts';
import { messageOf, messageValues } from '../../edge/smpp/message.ts';
import type { Pdu, Value } from '../../edge/smpp/pdu.ts';
import { status } from '../../edge/smpp/status.ts';
import {
  bytesTlv,
  integerTlv,
  noTlvs,
  textTlv,
  tlvBytes,
  tlvInteger,
  tlvText,
} from '../../edge/smpp/tlvs.ts';
import { pdu } from './arbitrary.ts';
import { sample } from './sample.ts';

function encoded(from: Pdu): Buffer {
  const result = encode(from);
  assert.ok(result.ok);
  return result.value;
}

function decoded(frame: Buffer): Pdu {
  const result = decode(frame);
  assert.ok(result.ok);
  return result.pdu;
}

const submit = (change: Readonly<Record<number, Value>> = {}): Pdu => {
  const values = messageValues(sample);
  return {
    command: commands.submit_sm,
    status: 0,
    sequence: 1,
    values: values.map((value, index) => change[index] ?? value),
    tlvs: noTlvs,
  };
};

/** A frame of any command with a body as given. */
function frame(id: number, body: Buffer, commandStatus = 0): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(16 + body.length, 0);
  head.writeUInt32BE(id, 4);
  head.writeUInt32BE(commandStatus, 8);
  head.writeUInt32BE(77, 12);
  return Buffer.concat([head, body]);
}

function refusal(bytes: Buffer): { code: string; status: number; sequence: number } {
  const result = decode(bytes);
  assert.ok(!result.ok);
  const { code, status: answer, sequence } = result.error;
  return { code, status: answer, sequence };
}

describe('PDU codec', () => {
  it('reads back whatever it writes', () => {
    fc.assert(fc.property(pdu, (original) => assert.deepEqual(decoded(encoded(original)), original)));
  });

  it('refuses every proper prefix of a request, or reads a shorter list of TLVs', () => {
    const whole = encoded(submit());
    for (let length = 0; length < whole.length; length++) {
      const cut = Buffer.from(whole.subarray(0, length));
      if (length >= 4) cut.writeUInt32BE(length, 0);
      assert.equal(refusal(cut).code, 'length');
    }
  });

  it('writes submit_sm as the specification lays it out', () => {
    const bytes = encoded(submit());
    assert.equal(
      bytes.toString('hex'),
      '0000003c' +
        '00000004' +
        '00000000' +
        '00000001' +
        '00' +
        '0101' +
        '313530303535353030303600' +
        '0101' +
        '313431353535353236373100' +
        '00' +
        '00' +
        '00' +
        '00' +
        '00' +
        '01' +
        '00' +
        '00' +
        '00' +
        '0548656c6c6f',
    );
  });

  it('names an unknown command', () => {
    assert.deepEqual(refusal(frame(0x0abc, Buffer.alloc(0))), {
      code: 'command',
      status: status.ESME_RINVCMDID,
      sequence: 77,
    });
  });

  it('refuses strings beyond their limit with the status of the field', () => {
    const long = Buffer.concat([Buffer.from([0, 1, 1]), Buffer.alloc(22, 0x31), Buffer.alloc(60)]);
    assert.equal(refusal(frame(4, long)).status, status.ESME_RINVSRCADR);
    assert.equal(refusal(frame(4, Buffer.alloc(90, 0x41))).status, status.ESME_RINVSERTYP);
    assert.equal(refusal(frame(9, Buffer.alloc(90, 0x41))).status, status.ESME_RINVSYSID);
  });

  it('takes 20 octets of address in submit_sm and 64 in data_sm', () => {
    const data = (length: number): Pdu => ({
      command: commands.data_sm,
      status: 0,
      sequence: 1,
      values: ['', 1, 1, '1'.repeat(length), 1, 1, '2', 0, 0, 0],
      tlvs: noTlvs,
    });
    assert.ok(encode(submit({ 3: '1'.repeat(20) })).ok);
    assert.ok(encode(data(64)).ok);
    for (const tooLong of [submit({ 3: '1'.repeat(21) }), data(65)])
      assert.deepEqual(encode(tooLong), {
        ok: false,
        error: { field: 'source_addr', status: status.ESME_RINVSRCADR },
      });
  });

  it('refuses to write what would move later fields', () => {
    assert.ok(!encode(submit({ 6: '1415\u00005' })).ok);
    assert.ok(!encode(submit({ 6: '\u0100' })).ok);
    assert.ok(!encode(submit({ 7: 256 })).ok);
    assert.ok(!encode(submit({ 7: -1 })).ok);
    assert.ok(!encode(submit({ 16: Buffer.alloc(256) })).ok);
    const large = bytesTlv('message_payload', Buffer.alloc(65_535));
    assert.ok(!encode({ ...submit(), tlvs: [large] }).ok);
    assert.ok(!encode({ ...submit(), tlvs: [bytesTlv(70_000, Buffer.alloc(1))] }).ok);
  });

  it('reads responses without their body', () => {
    const bare = decoded(frame(0x80000004, Buffer.alloc(0), 0x58));
    assert.deepEqual(bare.values, ['']);
    assert.equal(bare.status, 0x58);
    assert.equal(encoded({ ...bare, values: [] }).length, 16);
  });

  it('refuses malformed TLVs and too many of them', () => {
    const body = encoded(submit()).subarray(16);
    const end = { code: 'tlv', status: status.ESME_RINVTLVSTREAM, sequence: 77 };
    assert.deepEqual(refusal(frame(4, Buffer.concat([body, Buffer.from([4])]))), end);
    assert.deepEqual(refusal(frame(4, Buffer.concat([body, Buffer.from([4, 0x24, 0, 9, 1])]))), end);
    assert.deepEqual(refusal(frame(4, Buffer.concat([body, Buffer.alloc(4 * 257)]))), end);
  });

  it('refuses a submit_multi with an impossible receiver', () => {
    const head = Buffer.from([0, 1, 1, 0x31, 0]);
    const flagged = Buffer.concat([head, Buffer.from([1, 3, 1, 1, 0x31, 0])]);
    assert.equal(refusal(frame(0x21, flagged)).status, status.ESME_RINVDESTFLAG);
    const crowd = Buffer.concat([head, Buffer.from([255])]);
    assert.equal(refusal(frame(0x21, crowd)).status, status.ESME_RINVNUMDESTS);
  });

  it('gives data_sm as a message whose missing parameters are empty', () => {
    const payload = bytesTlv('message_payload', Buffer.from('long'));
    const message = messageOf({
      command: commands.data_sm,
      status: 0,
      sequence: 1,
      values: ['CMT', 1, 2, 'a', 3, 4, 'b', 0x40, 1, 8],
      tlvs: [payload],
    });
    assert.deepEqual(message, {
      ...sample,
      serviceType: 'CMT',
      source: { ton: 1, npi: 2, addr: 'a' },
      destination: { ton: 3, npi: 4, addr: 'b' },
      esmClass: 0x40,
      registeredDelivery: 1,
      dataCoding: 8,
      shortMessage: Buffer.alloc(0),
      tlvs: [payload],
    });
    assert.deepEqual(messageOf(decoded(encoded(submit()))), sample);
  });
});

describe('optional parameters', () => {
  it('are made and read by name in the width the specification gives', () => {
    const all = [
      integerTlv('sar_msg_ref_num', 0x1234),
      integerTlv('source_telematics_id', 7),
      textTlv('receipted_message_id', 'abc'),
      bytesTlv(0x1401, Buffer.from([9])),
    ];
    assert.deepEqual(
      all.map((tlv) => tlv.value.toString('hex')),
      ['1234', '07', '61626300', '09'],
    );
    assert.equal(tlvInteger(all, 'sar_msg_ref_num'), 0x1234);
    assert.equal(tlvText(all, 'receipted_message_id'), 'abc');
    assert.deepEqual(tlvBytes(all, 0x1401), Buffer.from([9]));
    assert.equal(tlvBytes(all, 'message_payload'), undefined);
  });

  it('are not misread when their length is odd', () => {
    assert.equal(tlvInteger([bytesTlv('message_state', Buffer.alloc(0))], 'message_state'), undefined);
    assert.equal(tlvInteger([bytesTlv('message_state', Buffer.alloc(5))], 'message_state'), undefined);
    assert.equal(tlvInteger([bytesTlv('message_state', Buffer.from([0, 2]))], 'message_state'), 2);
    assert.equal(tlvText([bytesTlv('receipted_message_id', Buffer.from('x'))], 'receipted_message_id'), 'x');
  });
});
