import type { Socket } from 'node:net';
import type { Clock, Timer } from '../../control/base/clock.ts';
import type { Random } from '../../control/base/random.ts';
import { assertNever } from '../../control/base/result.ts';
import { Backoff } from './backoff.ts';
import { Connection } from './connection.ts';
import { dial } from './dial.ts';
import type { SmppLinkConfig } from './link-config.ts';
import type { Log, SmppObserver } from './observer.ts';
import type { Pdu, Value } from './pdu.ts';
import type { SessionOptions } from './session-effects.ts';
import type { CloseReason, Role } from './session-state.ts';
import { statusName } from './status.ts';
import { defaultTimers } from './timers.ts';

/** A bind that lasted this long was a good one: the next attempt starts from the shortest delay. */
const steadyMs = 5_000;

type Phase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'waiting'; readonly timer: Timer }
  | { readonly kind: 'connecting'; readonly socket: Socket; readonly timer: Timer }
  | { readonly kind: 'up'; readonly connection: Connection; readonly boundMs: number | undefined }
  | { readonly kind: 'stopped' };

/** What one session tells its link. */
export interface LinkSessionHandlers {
  request(connection: Connection, pdu: Pdu): void;
  /** State or capacity may have changed. */
  changed(): void;
}

export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly observer: SmppObserver;
}

/** Keeps one session of a link bound: connects, binds, and does so again whenever it ends, until stopped. */
export class LinkSession {
  readonly role: Role;
  private readonly config: SmppLinkConfig;
  private readonly options: SessionOptions;
  private readonly around: Surroundings;
  private readonly handlers: LinkSessionHandlers;
  private readonly backoff: Backoff;
  private phase: Phase = { kind: 'idle' };
  private attempts = 0;
  private onStopped: (() => void) | undefined = undefined;

  constructor(config: SmppLinkConfig, role: Role, around: Surroundings, handlers: LinkSessionHandlers) {
    this.config = config;
    this.role = role;
    this.around = around;
    this.handlers = handlers;
    this.backoff = new Backoff(
      config.reconnectMinMs ?? 1_000,
      config.reconnectMaxMs ?? 60_000,
      around.random,
    );
    this.options = {
      side: 'client',
      window: config.window,
      inboundWindow: config.inboundWindow ?? 500,
      timers: { ...defaultTimers, ...config.timers },
    };
  }

  /** The connection, if it is bound. */
  get bound(): Connection | undefined {
    const { phase } = this;
    return phase.kind === 'up' && phase.connection.session.state.kind === 'bound'
      ? phase.connection
      : undefined;
  }

  /** Requests without a response, also while it drains. */
  get used(): number {
    return this.phase.kind === 'up' ? this.phase.connection.session.used : 0;
  }

  get connecting(): boolean {
    return this.phase.kind === 'connecting' || (this.phase.kind === 'up' && this.bound === undefined);
  }

  /** Connections tried after the first one. */
  get reconnects(): number {
    return Math.max(0, this.attempts - 1);
  }

  start(delayMs: number): void {
    if (this.phase.kind !== 'idle') return;
    if (delayMs === 0) this.connect();
    else this.wait(delayMs);
  }

  /** Unbinds gracefully and stays down; `stopped` is called when it is. */
  stop(stopped: () => void): void {
    const { phase } = this;
    switch (phase.kind) {
      case 'waiting':
        phase.timer.cancel();
        break;
      case 'connecting':
        phase.timer.cancel();
        phase.socket.destroy();
        break;
      case 'up':
        this.onStopped = stopped;
        phase.connection.drain();
        return;
      case 'idle':
      case 'stopped':
        break;
      default:
        assertNever(phase);
    }
    this.phase = { kind: 'stopped' };
    stopped();
  }

  private wait(delayMs: number): void {
    this.phase = { kind: 'waiting', timer: this.around.clock.after(delayMs, () => this.connect()) };
  }

  private connect(): void {
    this.attempts++;
    const socket = dial(this.config, () => this.connected(socket));
    const timer = this.around.clock.after(this.options.timers.sessionInitMs, () => {
      socket.destroy(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' }));
    });
    this.phase = { kind: 'connecting', socket, timer };
    let code = '';
    socket.on('error', (error: NodeJS.ErrnoException) => (code = error.code ?? error.message));
    socket.once('close', () => {
      if (this.phase.kind !== 'connecting' || this.phase.socket !== socket) return;
      timer.cancel();
      this.around.log.warn({ ...this.fields(), code }, 'could not connect to the carrier');
      this.again();
    });
    this.handlers.changed();
  }

  private connected(socket: Socket): void {
    if (this.phase.kind !== 'connecting' || this.phase.socket !== socket) return;
    this.phase.timer.cancel();
    const { clock, observer } = this.around;
    const connection: Connection = new Connection(socket, this.options, clock, observer, this.config.name, {
      bindRequested: () => undefined,
      bound: () => this.becameBound(connection),
      request: (pdu) => this.handlers.request(connection, pdu),
      turn: () => this.handlers.changed(),
      closed: (reason) => this.closed(reason),
    });
    this.phase = { kind: 'up', connection, boundMs: undefined };
    const error = connection.bind(this.role, this.bindValues());
    if (error === undefined) return;
    this.around.log.warn(
      { ...this.fields(), field: error.field },
      'the bind cannot be written: field too long',
    );
    connection.abort();
  }

  private becameBound(connection: Connection): void {
    this.phase = { kind: 'up', connection, boundMs: this.around.clock.monotonic() };
    this.around.log.info(this.fields(), 'bound to the carrier');
    this.handlers.changed();
  }

  private closed(reason: CloseReason): void {
    const boundMs = this.phase.kind === 'up' ? this.phase.boundMs : undefined;
    if (boundMs !== undefined && this.around.clock.monotonic() - boundMs >= steadyMs) this.backoff.reset();
    if (reason.kind === 'bindRefused') {
      this.around.observer.bindRefused(this.config.name, reason.status);
      this.around.log.warn(
        { ...this.fields(), status: statusName(reason.status) },
        'the carrier refused the bind',
      );
    } else {
      this.around.log.info({ ...this.fields(), reason: reason.kind }, 'session with the carrier ended');
    }
    if (this.onStopped === undefined) {
      this.again();
      return;
    }
    this.phase = { kind: 'stopped' };
    this.onStopped();
    this.handlers.changed();
  }

  private again(): void {
    this.wait(this.backoff.next());
    this.handlers.changed();
  }

  /** In the order of bind_transceiver's fields (SMPP 3.4 §4.1.5). */
  private bindValues(): readonly Value[] {
    const { systemId, password, systemType, addressRange, interfaceVersion } = this.config;
    return [systemId, password, systemType, interfaceVersion ?? 0x34, 0, 0, addressRange ?? ''];
  }

  private fields(): Readonly<Record<string, unknown>> {
    return { link: this.config.name, role: this.role };
  }
}
