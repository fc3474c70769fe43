import type { Socket } from 'node:net';
import type { Clock, Timer } from '../../../control/base/clock.ts';
import { parseCommand } from './command.ts';
import type { Command } from './command.ts';
import { ControlFramer } from './framer.ts';

/** Commands of an application that may act. */
export type AppCommand = Exclude<Command, { kind: 'authenticate' | 'ping' }>;

export interface AppEvents {
  /** Whether the secret is the right one. */
  admits(secret: string): boolean;
  /** What answers a successful authentication: our addresses, the version, our local addresses. */
  readonly welcome: string;
  command(command: AppCommand, app: AppConnection): void;
  closed(app: AppConnection): void;
}

/** How long an application may take to say who it is. */
const authenticateMs = 5_000;
/**
 * Under load a write costs more than what it carries, so messages are gathered for two milliseconds. Load is more than
 * so many messages in the last span; below it each leaves in the turn in which it is told.
 */
const gatherMs = 2;
const spanMs = 20;
const calmMax = 16;
/** Octets that may await an application that does not read, before it is given up. */
const writeQueueMax = 32 * 1024 * 1024;

/** One application on the control port: what it says is parsed, what it is told leaves in one write each turn. */
export class AppConnection {
  /** The verbs that it wants. */
  readonly verbs = new Set<string>();
  tags: readonly string[] = [];
  private readonly socket: Socket;
  private readonly events: AppEvents;
  private readonly framer = new ControlFramer();
  private readonly clock: Clock;
  private readonly patience: Timer;
  private state: 'new' | 'authenticated' | 'gone' = 'new';
  private waiting: Buffer[] = [];
  private waitingLength = 0;
  private serial = 0;
  private spanBegunMs = 0;
  private toldInSpan = 0;
  private busy = false;

  constructor(socket: Socket, events: AppEvents, clock: Clock) {
    this.socket = socket;
    this.events = events;
    this.clock = clock;
    this.patience = clock.after(authenticateMs, () => this.close());
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('error', () => this.gone());
    socket.on('close', () => this.gone());
  }

  get open(): boolean {
    return this.state === 'authenticated';
  }

  /** Octets that the application has not read. */
  get backlog(): number {
    return this.socket.writableLength + this.waitingLength;
  }

  /** Answers a command: `OK|…` or `NOK|…`. `sip` is a SIP message to go with it. */
  answer(commandId: string, words: string, sip?: Buffer): void {
    this.tell(`response|${commandId}|${words}`, sip);
  }

  /** Refuses a command, for a reason in words. */
  refuse(commandId: string, reason: string): void {
    this.answer(commandId, `NOK|${reason}`);
  }

  /** Sends one message: words, and perhaps a SIP message. */
  tell(words: string, sip?: Buffer): void {
    if (this.state === 'gone') return;
    const head = `${(this.serial++).toString(36)}|${words}${sip === undefined ? '' : '\r\n'}`;
    const headLength = Buffer.byteLength(head);
    const length = headLength + (sip?.length ?? 0);
    const frame = `${length}#${head}`;
    const bytes = Buffer.allocUnsafe(frame.length - head.length + length);
    const at = bytes.write(frame);
    sip?.copy(bytes, at);
    this.weigh();
    if (this.waiting.length === 0) this.flushSoon();
    this.waiting.push(bytes);
    this.waitingLength += bytes.length;
  }

  close(): void {
    this.flush();
    this.socket.end();
    this.gone();
  }

  private flushSoon(): void {
    if (this.busy) this.clock.after(gatherMs, () => this.flush());
    else setImmediate(() => this.flush());
  }

  /** Counts a message, and learns at the end of each span whether there is load. */
  private weigh(): void {
    const nowMs = this.clock.monotonic();
    const spentMs = nowMs - this.spanBegunMs;
    if (spentMs >= spanMs) {
      this.busy = this.toldInSpan > calmMax && spentMs < 2 * spanMs;
      this.spanBegunMs = nowMs;
      this.toldInSpan = 0;
    }
    this.toldInSpan++;
  }

  private flush(): void {
    const { waiting } = this;
    this.waiting = [];
    this.waitingLength = 0;
    if (waiting.length === 0 || this.socket.destroyed) return;
    this.socket.write(waiting.length === 1 && waiting[0] !== undefined ? waiting[0] : Buffer.concat(waiting));
    if (this.socket.writableLength > writeQueueMax) this.socket.destroy();
  }

  private receive(chunk: Buffer): void {
    for (const text of this.framer.push(chunk)) {
      if (this.state === 'gone') return;
      const parsed = parseCommand(text);
      if (parsed.ok) this.obey(parsed.value);
      else this.refuse(parsed.error.id, parsed.error.reason);
    }
    if (this.framer.broken) this.close();
  }

  private obey(command: Command): void {
    if (command.kind === 'authenticate') this.authenticate(command.id, command.secret, command.tags);
    else if (this.state !== 'authenticated') this.close();
    else if (command.kind === 'ping') this.answer(command.id, 'OK|pong');
    else this.events.command(command, this);
  }

  private authenticate(id: string, secret: string, tags: readonly string[]): void {
    this.patience.cancel();
    if (!this.events.admits(secret)) {
      this.answer(id, 'NO|incorrect secret');
      this.close();
      return;
    }
    this.state = 'authenticated';
    this.tags = tags.slice(0, 20);
    this.answer(id, `OK|${this.events.welcome}`);
  }

  private gone(): void {
    if (this.state === 'gone') return;
    this.state = 'gone';
    this.patience.cancel();
    this.events.closed(this);
  }
}
