import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { FakeClock } from '../support/fake-clock.ts';
import { FastSmsc } from './fast-smsc.ts';
import type { SmscBehaviour } from './smsc-behaviour.ts';
import { buildBare, buildBind, buildSubmit, command, eachPdu, nothing } from './smsc-bytes.ts';

/** A bare client: sends bytes, takes whole PDUs. */
class Client {
  private readonly socket: Socket;
  private carry: Buffer = nothing;
  private readonly received: Buffer[] = [];
  private wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      const rest = eachPdu(Buffer.concat([this.carry, chunk]), (bytes, start, end) =>
        this.received.push(Buffer.from(bytes.subarray(start, end))),
      );
      this.carry = Buffer.from(rest ?? nothing);
      this.wake();
    });
  }

  static async connect(port: number): Promise<Client> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Client(socket);
  }

  async bind(password = 'secret'): Promise<number> {
    this.send(buildBind(command.bindTransceiver, 1, 'tester', password));
    return (await this.take()).status;
  }

  send(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  async take(): Promise<{ commandId: number; status: number; sequence: number; body: string }> {
    while (this.received.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
    const pdu = this.received.shift()!;
    return {
      commandId: pdu.readUInt32BE(4),
      status: pdu.readUInt32BE(8),
      sequence: pdu.readUInt32BE(12),
      body: pdu.toString('latin1', 16),
    };
  }

  async ended(): Promise<void> {
    if (!this.socket.closed) await once(this.socket, 'close');
  }

  close(): void {
    this.socket.destroy();
  }
}

const submitResp = (command.submitSm | command.response) >>> 0;

const submit = (sequence: number, destination = '15550002222', registeredDelivery = 0): Buffer =>
  buildSubmit({
    commandId: command.submitSm,
    sequence,
    source: '15550001111',
    destination,
    registeredDelivery,
    body: Buffer.from(`hello #${sequence}`),
  });

describe('the fast SMSC', () => {
  const clock = new FakeClock();
  const opened: { close(): unknown }[] = [];

  async function start(behaviour: Partial<SmscBehaviour> = {}): Promise<{ smsc: FastSmsc; client: Client }> {
    const smsc = new FastSmsc(behaviour, clock);
    const client = await Client.connect(await smsc.listen());
    opened.push(client, smsc);
    return { smsc, client };
  }

  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });

  it('binds, answers in order with sequential ids, and counts', async () => {
    const { smsc, client } = await start({ keep: true });
    assert.equal(await client.bind(), 0);
    client.send(Buffer.concat([submit(5), submit(6), buildBare(command.enquireLink, 0, 7)]));
    assert.deepEqual(await client.take(), {
      commandId: submitResp,
      status: 0,
      sequence: 5,
      body: '0000000001\0',
    });
    assert.deepEqual(await client.take(), {
      commandId: submitResp,
      status: 0,
      sequence: 6,
      body: '0000000002\0',
    });
    const link = await client.take();
    assert.equal(link.commandId, (command.enquireLink | command.response) >>> 0);
    assert.deepEqual(
      [...smsc.record.messages()].map(({ body }) => body),
      ['hello #5', 'hello #6'],
    );
    const { accepted, binds, boundNow } = smsc.counts;
    assert.deepEqual({ accepted, binds, boundNow }, { accepted: 2, binds: 1, boundNow: 1 });
  });

  it('refuses a wrong password', async () => {
    const { smsc, client } = await start({ password: 'secret' });
    assert.equal(await client.bind('guess'), 0x0e);
    assert.equal(smsc.counts.boundNow, 0);
    assert.equal(await client.bind('secret'), 0);
  });

  it('throttles every n-th, and refuses by the end of the destination', async () => {
    const { smsc, client } = await start({ throttleEvery: 3, statuses: [{ suffix: '99', status: 0x0b }] });
    await client.bind();
    client.send(Buffer.concat([submit(2), submit(3, '1555000099'), submit(4)]));
    const statuses = [await client.take(), await client.take(), await client.take()].map(
      ({ status }) => status,
    );
    assert.deepEqual(statuses, [0, 0x0b, 0x58]);
    const { accepted, refused, throttled } = smsc.counts;
    assert.deepEqual({ accepted, refused, throttled }, { accepted: 1, refused: 1, throttled: 1 });
  });

  it('throttles what exceeds a rate, until the next second', async () => {
    const { client } = await start({ throttleAbovePerSecond: 1 });
    await client.bind();
    client.send(Buffer.concat([submit(2), submit(3)]));
    assert.deepEqual([(await client.take()).status, (await client.take()).status], [0, 0x58]);
    clock.advance(1000);
    client.send(submit(4));
    assert.equal((await client.take()).status, 0);
  });

  it('sends a receipt after its delay to whoever asked for one', async () => {
    const receipts = { delayMs: 500, form: 'both', states: [{ suffix: '99', state: 'UNDELIV' }] } as const;
    const { smsc, client } = await start({ receipts, hexIds: true });
    await client.bind();
    client.send(Buffer.concat([submit(2, '15550000099', 1), submit(3, '15550000001', 0)]));
    await client.take();
    await client.take();
    assert.equal(smsc.counts.delivered, 0);
    clock.advance(500);
    const receipt = await client.take();
    assert.equal(receipt.commandId, command.deliverSm);
    assert.match(receipt.body, /id:0000000001 .*stat:UNDELIV err:001/);
    assert.ok(receipt.body.endsWith('\x00\x1e\x00\x0b0000000001\0\x04\x27\x00\x01\x05'));
    assert.equal(smsc.counts.delivered, 1);
  });

  it('holds inbound messages to its window', async () => {
    const { smsc, client } = await start({ deliverWindow: 2 });
    await client.bind();
    assert.ok(smsc.sendInbound({ count: 3, source: '1', destination: '2', body: 'in' }));
    const first = await client.take();
    assert.match(first.body, /in #000000000$/);
    assert.match((await client.take()).body, /in #000000001$/);
    assert.equal(smsc.counts.delivered, 2);
    client.send(buildBare((command.deliverSm | command.response) >>> 0, 0, first.sequence));
    assert.match((await client.take()).body, /in #000000002$/);
  });

  it('answers an unknown command with generic_nack and cuts garbage off', async () => {
    const { smsc, client } = await start();
    await client.bind();
    client.send(buildBare(0x42, 0, 9));
    assert.deepEqual(await client.take(), {
      commandId: command.genericNack,
      status: 0x03,
      sequence: 9,
      body: '',
    });
    client.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await client.ended();
    assert.equal(smsc.counts.malformed, 1);
  });

  it('answers late when told to', async () => {
    const { smsc, client } = await start({ latencyMs: 200 });
    await Promise.all([client.bind(), untilBound(smsc, clock)]);
    client.send(submit(2));
    while (smsc.counts.submits === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(200);
    assert.equal((await client.take()).sequence, 2);
  });
});

/** The answer to the bind is late, too. */
async function untilBound(smsc: FastSmsc, clock: FakeClock): Promise<void> {
  while (smsc.counts.boundNow === 0) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(200);
}
