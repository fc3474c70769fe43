import { connect } from 'node:net';
import { buildBare, buildBind, command, eachPdu, nothing } from '../../test/peers/smsc-bytes.ts';
import { Histogram, type HistogramState } from './histogram.ts';
import { fill, type Template } from './template.ts';

/** A tenant's load over one transceiver session: submit_sm, a window of them unanswered. */
export interface SmppLoad {
  readonly port: number;
  readonly systemId: string;
  readonly password: string;
  readonly template: Template;
  readonly window: number;
  readonly firstNumber: number;
  readonly requests: number;
  readonly durationMs: number;
}

export interface SmppLoadResult {
  readonly sent: number;
  readonly accepted: number;
  /** Responses with another command_status, by it. */
  readonly others: Readonly<Record<number, number>>;
  /** deliver_sm received (receipts), each answered. */
  readonly delivered: number;
  /** When the first request was sent, Unix ms. */
  readonly beganMs: number;
  readonly elapsedMs: number;
  /** submit_sm to its response, in µs. */
  readonly latencyUs: HistogramState;
  readonly cpuUs: number;
}

/** Runs a load to its end and resolves when every submit_sm is answered; rejects when the session ends before. */
export function runSmppLoad(load: SmppLoad): Promise<SmppLoadResult> {
  return new Promise((resolve, reject) => {
    const { template, window } = load;
    const size = template.bytes.length;
    const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
    const latency = new Histogram();
    const sentMs = new Float64Array(65_536);
    const others = new Map<number, number>();
    const cpu = process.cpuUsage();
    let carry: Buffer = nothing;
    let beginMs = 0;
    let beganMs = 0;
    let sent = 0;
    let answered = 0;
    let accepted = 0;
    let delivered = 0;

    const topUp = (): void => {
      const nowMs = performance.now();
      const over = nowMs - beginMs >= load.durationMs;
      const count = over ? 0 : Math.min(window - (sent - answered), load.requests - sent);
      if (count <= 0) {
        if (answered === sent && (over || sent >= load.requests)) finish();
        return;
      }
      const bytes = Buffer.allocUnsafe(count * size);
      for (let i = 0; i < count; i++) {
        template.bytes.copy(bytes, i * size);
        fill(bytes, i * size, template.holes, load.firstNumber + sent);
        bytes.writeUInt32BE(sent + 2, i * size + 12);
        sentMs[sent & 0xffff] = nowMs;
        sent++;
      }
      socket.write(bytes);
    };

    const finish = (): void => {
      const elapsedMs = performance.now() - beginMs;
      const used = process.cpuUsage(cpu);
      socket.removeAllListeners('close');
      socket.end(buildBare(command.unbind, 0, sent + 2));
      socket.destroySoon();
      resolve({
        sent,
        accepted,
        others: Object.fromEntries(others),
        delivered,
        beganMs,
        elapsedMs,
        latencyUs: latency.state(),
        cpuUs: used.user + used.system,
      });
    };

    const answer = (bytes: Buffer, start: number): void => {
      const commandId = bytes.readUInt32BE(start + 4);
      const code = bytes.readUInt32BE(start + 8);
      const sequence = bytes.readUInt32BE(start + 12);
      switch (commandId) {
        case (command.submitSm | command.response) >>> 0:
          answered++;
          latency.add((performance.now() - (sentMs[(sequence - 2) & 0xffff] ?? 0)) * 1000);
          if (code === 0) accepted++;
          else others.set(code, (others.get(code) ?? 0) + 1);
          break;
        case (command.bindTransceiver | command.response) >>> 0:
          if (code !== 0) socket.destroy(new Error(`bind refused with status ${code}`));
          beganMs = Date.now();
          beginMs = performance.now();
          break;
        case command.deliverSm: {
          delivered++;
          const response = Buffer.alloc(17);
          buildBare((command.deliverSm | command.response) >>> 0, 0, sequence).copy(response);
          response.writeUInt32BE(17, 0);
          socket.write(response);
          break;
        }
        case command.enquireLink:
          socket.write(buildBare((command.enquireLink | command.response) >>> 0, 0, sequence));
          break;
        default:
          socket.destroy(new Error(`unexpected command_id ${commandId.toString(16)}`));
      }
    };

    socket.once('connect', () =>
      socket.write(buildBind(command.bindTransceiver, 1, load.systemId, load.password)),
    );
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`session ended: ${sent} sent, ${answered} answered`)));
    socket.on('data', (chunk) => {
      const rest = eachPdu(carry.length === 0 ? chunk : Buffer.concat([carry, chunk]), answer);
      if (rest === null) socket.destroy(new Error('garbage instead of a PDU'));
      carry = rest ?? nothing;
      if (beginMs > 0) topUp();
    });
  });
}
