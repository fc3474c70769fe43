import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildSubmit, command, eachPdu, emptyView, tlv, viewSubmit, writeDigits } from './smsc-bytes.ts';

const digits = fc.stringMatching(/^\d{0,15}$/);
const octets = fc.uint8Array({ maxLength: 254 }).map((bytes) => Buffer.from(bytes));

function fieldsOf(pdu: Buffer): { source: string; destination: string; body: Buffer } | undefined {
  const view = emptyView();
  if (!viewSubmit(pdu, 0, pdu.length, view)) return undefined;
  return {
    source: pdu.toString('latin1', view.sourceStart, view.sourceEnd),
    destination: pdu.toString('latin1', view.destinationStart, view.destinationEnd),
    body: pdu.subarray(view.bodyStart, view.bodyEnd),
  };
}

describe('the bytes of submit_sm', () => {
  it('finds again what was built', () => {
    fc.assert(
      fc.property(digits, digits, octets, (source, destination, body) => {
        const pdu = buildSubmit({ commandId: command.submitSm, sequence: 7, source, destination, body });
        assert.deepEqual(fieldsOf(pdu), { source, destination, body });
      }),
    );
  });

  it('takes message_payload where short_message is empty', () => {
    const payload = Buffer.alloc(1000, 'x');
    const pdu = buildSubmit({
      commandId: command.submitSm,
      sequence: 1,
      source: '1',
      destination: '2',
      body: Buffer.alloc(0),
      tlvs: Buffer.concat([tlv(0x0204, Buffer.from([0, 1])), tlv(0x0424, payload)]),
    });
    assert.deepEqual(fieldsOf(pdu)?.body, payload);
  });

  it('refuses every PDU that was cut short', () => {
    const pdu = buildSubmit({
      commandId: command.submitSm,
      sequence: 1,
      source: '15550001111',
      destination: '15550002222',
      body: Buffer.from('hello'),
    });
    for (let length = 16; length < pdu.length; length++) {
      assert.equal(fieldsOf(pdu.subarray(0, length)), undefined, `cut to ${length} octets`);
    }
  });
});

describe('eachPdu', () => {
  const stream = Buffer.concat(
    ['a', 'bb', 'ccc'].map((text, index) =>
      buildSubmit({
        commandId: command.submitSm,
        sequence: index + 1,
        source: '1',
        destination: '2',
        body: Buffer.from(text),
      }),
    ),
  );

  it('gives the same PDUs however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
        const sequences: number[] = [];
        let carry = Buffer.alloc(0);
        const edges = [0, ...cuts.sort((a, b) => a - b), stream.length];
        for (let i = 1; i < edges.length; i++) {
          const bytes = Buffer.concat([carry, stream.subarray(edges[i - 1], edges[i])]);
          const rest = eachPdu(bytes, (all, start) => sequences.push(all.readUInt32BE(start + 12)));
          assert.ok(rest !== null);
          carry = Buffer.from(rest);
        }
        assert.deepEqual(sequences, [1, 2, 3]);
        assert.equal(carry.length, 0);
      }),
    );
  });

  it('gives up on a length that cannot be', () => {
    assert.equal(
      eachPdu(Buffer.from('GET / HTTP/1.1\r\n\r\n'), () => assert.fail('no PDU')),
      null,
    );
    assert.equal(
      eachPdu(Buffer.from([0, 0, 0, 15, 0, 0, 0, 0]), () => assert.fail('no PDU')),
      null,
    );
  });
});

describe('writeDigits', () => {
  it('writes decimal and hexadecimal digits of a fixed width', () => {
    const out = Buffer.alloc(10);
    writeDigits(out, 0, 4242, 10);
    assert.equal(out.toString(), '0000004242');
    writeDigits(out, 0, 0xbeef, 10, 16);
    assert.equal(out.toString(), '000000beef');
  });
});
