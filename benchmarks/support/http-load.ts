import { connect, type Socket } from 'node:net';
import { Histogram, type HistogramState } from './histogram.ts';
import { fill, type Hole, type Template } from './template.ts';

/** A load over HTTP/1.1 keep-alive, one request in flight on each connection. */
export interface HttpLoad {
  readonly port: number;
  readonly template: Template;
  readonly connections: number;
  /** The number of the first message. */
  readonly firstNumber: number;
  /** Stop after so many requests, or after so long, whichever comes first. */
  readonly requests: number;
  readonly durationMs: number;
  /** Closed loop: each answer brings the next request. A rate: one request every 1/rate s, whatever the answers do. */
  readonly pace: 'closed' | { readonly perSecond: number };
}

export interface HttpLoadResult {
  /** Requests sent; numbers firstNumber … firstNumber + sent - 1. */
  readonly sent: number;
  /** Answers with 2xx. */
  readonly accepted: number;
  /** Other answers, by status; 0 counts connections lost with a request on them. */
  readonly others: Readonly<Record<number, number>>;
  /** When the first request was sent, Unix ms. */
  readonly beganMs: number;
  readonly elapsedMs: number;
  /** From the moment a request was due (closed loop: sent) to its answer, in µs. */
  readonly latencyUs: HistogramState;
  /** CPU of this process for the run, in µs. */
  readonly cpuUs: number;
}

interface Lane {
  readonly socket: Socket;
  readonly bytes: Buffer;
  pending: string;
  /** When the request in flight was due, ms; NaN while idle. */
  dueMs: number;
}

const answeredWithinMs = 20_000;

/** Runs a load to its end and resolves when every answer has come. */
export async function runHttpLoad(load: HttpLoad): Promise<HttpLoadResult> {
  const lanes = await Promise.all(Array.from({ length: load.connections }, () => openLane(load)));
  const run = new HttpRun(load, lanes);
  const cpu = process.cpuUsage();
  const beganMs = Date.now();
  const beginMs = performance.now();
  await run.finished(beginMs);
  const elapsedMs = performance.now() - beginMs;
  const used = process.cpuUsage(cpu);
  for (const { socket } of lanes) socket.destroy();
  return {
    sent: run.sent,
    accepted: run.accepted,
    others: Object.fromEntries(run.others),
    beganMs,
    elapsedMs,
    latencyUs: run.latency.state(),
    cpuUs: used.user + used.system,
  };
}

async function openLane(load: HttpLoad): Promise<Lane> {
  const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return { socket, bytes: Buffer.from(load.template.bytes), pending: '', dueMs: NaN };
}

class HttpRun {
  sent = 0;
  accepted = 0;
  readonly others = new Map<number, number>();
  readonly latency = new Histogram();
  private readonly load: HttpLoad;
  private readonly holes: readonly Hole[];
  private readonly idle: Lane[];
  private answered = 0;
  private scheduled = 0;
  private endMs = 0;
  private lost = false;
  private resolve: () => void = () => undefined;

  constructor(load: HttpLoad, lanes: readonly Lane[]) {
    this.load = load;
    this.holes = load.template.holes;
    this.idle = [...lanes];
    for (const lane of lanes) {
      lane.socket.on('data', (chunk) => this.read(lane, chunk));
      lane.socket.on('error', () => lane.socket.destroy());
      lane.socket.on('close', () => this.lose(lane));
    }
  }

  async finished(beginMs: number): Promise<void> {
    this.endMs = beginMs + this.load.durationMs;
    const done = new Promise<void>((resolve) => (this.resolve = resolve));
    const guard = setTimeout(() => this.resolve(), this.load.durationMs + answeredWithinMs);
    const { pace } = this.load;
    if (pace === 'closed') {
      for (const lane of this.idle.splice(0)) this.next(lane, performance.now());
    } else {
      this.tick(beginMs, 1000 / pace.perSecond);
    }
    await done;
    clearTimeout(guard);
  }

  /** Open loop: sends whatever has fallen due, oldest first, on the idle connections. */
  private tick(beginMs: number, everyMs: number): void {
    const nowMs = performance.now();
    const due = Math.min(
      Math.floor((Math.min(nowMs, this.endMs) - beginMs) / everyMs) + 1,
      this.load.requests,
    );
    this.scheduled = Math.max(this.scheduled, due);
    while (this.sent < this.scheduled) {
      const lane = this.idle.pop();
      if (lane === undefined) break;
      this.next(lane, beginMs + this.sent * everyMs);
    }
    if (this.lost) return;
    if (nowMs < this.endMs || this.sent < this.scheduled) setTimeout(() => this.tick(beginMs, everyMs), 1);
    else this.finishIfAnswered();
  }

  private next(lane: Lane, dueMs: number): void {
    fill(lane.bytes, 0, this.holes, this.load.firstNumber + this.sent++);
    lane.dueMs = dueMs;
    lane.socket.write(lane.bytes);
  }

  private read(lane: Lane, chunk: Buffer): void {
    const text = lane.pending === '' ? chunk.toString('latin1') : lane.pending + chunk.toString('latin1');
    const length = answerLength(text);
    if (length === undefined || text.length < length) {
      lane.pending = text;
      return;
    }
    lane.pending = '';
    const nowMs = performance.now();
    this.latency.add((nowMs - lane.dueMs) * 1000);
    this.answered++;
    const status = Number(text.slice(9, 12));
    if (status >= 200 && status < 300) this.accepted++;
    else this.others.set(status, (this.others.get(status) ?? 0) + 1);
    lane.dueMs = NaN;
    if (this.load.pace === 'closed' && nowMs < this.endMs && this.sent < this.load.requests) {
      this.next(lane, nowMs);
    } else {
      this.idle.push(lane);
      this.finishIfAnswered();
    }
  }

  private finishIfAnswered(): void {
    const over = this.sent >= this.load.requests || performance.now() >= this.endMs;
    if (over && this.sent >= this.scheduled && this.answered >= this.sent) this.resolve();
  }

  /** A connection ended. That ends the run once the others have been answered: a benchmark must not hide it. */
  private lose(lane: Lane): void {
    if (!Number.isNaN(lane.dueMs)) {
      this.answered++;
      this.others.set(0, (this.others.get(0) ?? 0) + 1);
    }
    this.lost = true;
    this.endMs = 0;
    this.scheduled = 0;
    this.finishIfAnswered();
  }
}

/** Bytes of the answer at the start of `text`, or undefined while its header is incomplete. */
function answerLength(text: string): number | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const at = text.indexOf('ontent-');
  const lengthAt =
    text.slice(at, at + 14).toLowerCase() === 'ontent-length:' ? at : findLength(text, headEnd);
  if (lengthAt < 0 || lengthAt > headEnd) return headEnd + 4;
  return headEnd + 4 + Number.parseInt(text.slice(lengthAt + 14, headEnd), 10);
}

const findLength = (text: string, headEnd: number): number =>
  text.slice(0, headEnd).toLowerCase().indexOf('ontent-length:');
