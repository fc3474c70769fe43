import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, it } from 'node:test';
import { commands } from '../../edge/smpp/commands.ts';
import { decode } from '../../edge/smpp/decode.ts';
import { encode } from '../../edge/smpp/encode.ts';
import { Framer } from '../../edge/smpp/framer.ts';
import { messageValues } from '../../edge/smpp/message.ts';
import { silentObserver } from '../../edge/smpp/observer.ts';
import type { Value } from '../../edge/smpp/pdu.ts';
import { status } from '../../edge/smpp/status.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { link, npmClient, server } from './loopback.ts';
import { sample } from './sample.ts';

function pdu(name: keyof typeof commands, sequence: number, values: readonly Value[] = []): Buffer {
  const made = encode({ command: commands[name], status: 0, sequence, values, tlvs: [] });
  assert.ok(made.ok);
  return made.value;
}

/** A connection without manners, that writes down what it is told. */
async function raw(port: number) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return { socket, heard: listen(socket) };
}

function listen(socket: Socket): string[] {
  const heard: string[] = [];
  const framer = new Framer();
  socket.on('data', (chunk: Buffer) => {
    for (const frame of framer.push(chunk)) {
      const read = decode(frame);
      assert.ok(read.ok);
      heard.push(`${read.pdu.command.name} ${read.pdu.status} #${read.pdu.sequence}`);
    }
  });
  return heard;
}

const bind = pdu('bind_transceiver', 1, ['id', 'pw', '', 0x34, 0, 0, '']);
const submit = (sequence: number): Buffer => pdu('submit_sm', sequence, messageValues(sample));

describe('a hostile ESME', () => {
  it('gets a generic_nack and a close for an impossible length', async () => {
    const ours = await server();
    for (const bytes of ['00000000', '0000000f', '00010001', 'ffffffff', '47455420'].map((hex) =>
      Buffer.from(hex, 'hex'),
    )) {
      const { socket, heard } = await raw(ours.port);
      socket.write(bytes);
      await once(socket, 'close');
      assert.deepEqual(heard, [`generic_nack ${status.ESME_RINVCMDLEN} #0`]);
    }
    await until(() => ours.server.connections === 0);
    await ours.server.stop();
  });

  it('is answered for PDUs that cannot be read, and its session goes on, as do those of others', async () => {
    const errors: string[] = [];
    const observer = {
      ...silentObserver,
      decodeError: (_peer: string, code: string) => void errors.push(code),
    };
    const ours = await server({}, {}, { observer });
    const bystander = await npmClient(ours.port);
    await bystander.ask('bind_transceiver', { system_id: 'other' });
    const { socket, heard } = await raw(ours.port);
    socket.write(bind);
    await until(() => heard.length === 1);
    const unknown = Buffer.from('00000010000077770000000000000009', 'hex');
    const truncated = Buffer.from('00000012000000040000000000000008' + '0001', 'hex');
    const longSource = Buffer.from('0000002b00000004000000000000000a' + '000101' + '31'.repeat(24), 'hex');
    socket.write(Buffer.concat([unknown, truncated, longSource, submit(11)]));
    await until(() => heard.length === 5);
    assert.deepEqual(heard.slice(1), [
      `generic_nack ${status.ESME_RINVCMDID} #9`,
      `generic_nack ${status.ESME_RINVCMDLEN} #8`,
      `submit_sm_resp ${status.ESME_RINVSRCADR} #10`,
      'submit_sm_resp 0 #11',
    ]);
    assert.deepEqual(errors, ['command', 'length', 'field']);
    assert.equal((await bystander.ask('enquire_link')).command_status, 0);
    bystander.session.destroy();
    socket.destroy();
    await ours.server.stop();
  });

  it('is cut off when it does not bind', async () => {
    const clock = new FakeClock();
    const ours = await server({}, {}, { clock });
    const { socket } = await raw(ours.port);
    socket.write(Buffer.from([0, 0]));
    await until(() => ours.server.connections === 1);
    clock.advance(10_000);
    await once(socket, 'close');
    await ours.server.stop();
  });

  it('gets no more connections than its share', async () => {
    const refused: string[] = [];
    const observer = {
      ...silentObserver,
      connectionRefused: (_p: string, reason: string) => void refused.push(reason),
    };
    const ours = await server({}, { limits: { connectionsPerAddressMax: 2 } }, { observer });
    const first = await raw(ours.port);
    const second = await raw(ours.port);
    const third = await raw(ours.port);
    await once(third.socket, 'close');
    assert.deepEqual(refused, ['address']);
    first.socket.destroy();
    await until(() => ours.server.connections === 1);
    const fourth = await raw(ours.port);
    fourth.socket.write(bind);
    await until(() => fourth.heard.length === 1);
    second.socket.destroy();
    fourth.socket.destroy();
    await ours.server.stop();
  });

  it('is throttled beyond the requests we hold for it', async () => {
    const ours = await server({ submit: () => undefined }, { inboundWindow: 3 });
    const { socket, heard } = await raw(ours.port);
    socket.write(Buffer.concat([bind]));
    await until(() => heard.length === 1);
    socket.write(Buffer.concat([2, 3, 4, 5, 6].map(submit)));
    await until(() => heard.length === 3);
    assert.deepEqual(heard.slice(1), [
      `submit_sm_resp ${status.ESME_RTHROTTLED} #5`,
      `submit_sm_resp ${status.ESME_RTHROTTLED} #6`,
    ]);
    socket.destroy();
    await until(() => ours.ended.length === 1);
    await ours.server.stop();
  });

  it('that never reads is no longer read from', async () => {
    const ours = await server();
    const socket = connect(ours.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(bind);
    await until(() => ours.bound.length === 1);
    socket.pause();
    // Its questions are as long as our answers, so what is left unread on the way piles up on its own side.
    const questions = Buffer.concat(Array.from({ length: 4_096 }, (_, i) => pdu('enquire_link', i + 2)));
    const most = 64 * 1_048_576;
    let written = 0;
    while (written < most && socket.writableLength < 4 * questions.length) {
      socket.write(questions);
      written += questions.length;
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(written < most, 'everything was taken');
    socket.destroy();
    await until(() => ours.ended.length === 1);
    await ours.server.stop();
  });
});

describe('a hostile message centre', () => {
  /** A server that says `words` to whoever binds. */
  async function centre(words: Buffer) {
    const sockets: Socket[] = [];
    const heard: string[][] = [];
    const listener = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      heard.push(listen(socket));
      socket.write(Buffer.concat([pdu('bind_transceiver_resp', 1, ['x']), words]));
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const stop = async (): Promise<void> => {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    };
    return { port: (listener.address() as AddressInfo).port, sockets, heard, stop };
  }

  it('cannot end a session with answers to nothing', async () => {
    const words = Buffer.concat([
      pdu('submit_sm_resp', 999, ['x']),
      pdu('unbind_resp', 998),
      pdu('bind_transceiver_resp', 1, ['again']),
      Buffer.from('00000010800000000000000300000000', 'hex'),
      Buffer.from('0000001880000004000000000000000541'.padEnd(48, '4'), 'hex'),
      pdu('deliver_sm', 7, messageValues(sample)),
    ]);
    const theirs = await centre(words);
    const { link: alpha, delivered } = link({ port: theirs.port });
    alpha.start();
    await until(() => delivered.length === 1);
    assert.equal(alpha.state, 'bound');
    await until(() => theirs.heard[0]?.includes('deliver_sm_resp 0 #7') === true);
    await theirs.stop();
    await alpha.stop();
  });

  it('is left when its stream makes no sense, and tried again', async () => {
    const clock = new FakeClock();
    const theirs = await centre(Buffer.from('ffffffff', 'hex'));
    const { link: alpha } = link({ port: theirs.port }, { clock });
    alpha.start();
    await until(() => alpha.state === 'down');
    await until(() => theirs.heard[0]?.includes(`generic_nack ${status.ESME_RINVCMDLEN} #0`) === true);
    clock.advance(20);
    await until(() => theirs.sockets.length === 2);
    await alpha.stop();
    await theirs.stop();
  });
});
