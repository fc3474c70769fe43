import type { Socket } from 'node:net';
import type { Clock } from '../../control/base/clock.ts';
import { commands } from './commands.ts';
import { Connection } from './connection.ts';
import { defaultMessageOf, integerOf, messageOf, textOf } from './message.ts';
import type { Log, SmppObserver } from './observer.ts';
import type { Pdu, Value } from './pdu.ts';
import { cancelOf, multiValues, queryOf, queryValues, replaceOf, submitMultiOf } from './server-requests.ts';
import type { BindAttempt, BindVerdict, SmppServerConfig, SmppServerHandlers } from './server-config.ts';
import { ServerSession } from './server-session.ts';
import type { CloseReason, Role } from './session-state.ts';
import { status, statusName } from './status.ts';
import { defaultTimers } from './timers.ts';
import { integerTlv, noTlvs } from './tlvs.ts';

/** What a connection of the server needs around it. */
export interface PeerSurroundings<T> {
  readonly config: SmppServerConfig;
  readonly handlers: SmppServerHandlers<T>;
  readonly clock: Clock;
  readonly log: Log;
  readonly observer: SmppObserver;
  bindFailed(address: string): void;
  closed(peer: ServerPeer<T>): void;
}

/** Ours in sc_interface_version: 3.4. A peer of 3.3 or older is sent no TLVs (SMPP 3.4 §2.8.4). */
const interfaceVersion = 0x34;

/** One accepted connection: lets it bind, and brings its requests to the handlers. */
export class ServerPeer<T> {
  private readonly around: PeerSurroundings<T>;
  private readonly address: string;
  private readonly connection: Connection;
  private session: ServerSession<T> | undefined = undefined;

  constructor(socket: Socket, address: string, around: PeerSurroundings<T>) {
    this.around = around;
    this.address = address;
    const { config, clock, observer } = around;
    const { window, inboundWindow, timers } = config;
    this.connection = new Connection(
      socket,
      { side: 'server', window, inboundWindow, timers: { ...defaultTimers, ...timers } },
      clock,
      observer,
      config.name,
      {
        bindRequested: (role, bind) => void this.bind(role, bind),
        bound: () => undefined,
        request: (pdu) => this.request(pdu),
        turn: () => this.turn(),
        closed: (reason) => this.closed(reason),
      },
    );
  }

  drain(): void {
    this.connection.drain();
  }

  abort(): void {
    this.connection.abort();
  }

  private async bind(role: Role, bind: Pdu): Promise<void> {
    const { config, handlers, clock, log, observer } = this.around;
    const systemId = textOf(bind, 'system_id');
    const version = integerOf(bind, 'interface_version');
    const verdict = await this.authenticate({
      systemId,
      password: textOf(bind, 'password'),
      systemType: textOf(bind, 'system_type'),
      role,
      interfaceVersion: version,
      remoteAddress: this.address,
    });
    if (this.connection.session.state.kind !== 'binding') return;
    const fields = { server: config.name, systemId, role, address: this.address };
    if (!verdict.ok) {
      observer.bindRefused(config.name, verdict.status);
      log.warn({ ...fields, status: statusName(verdict.status) }, 'bind refused');
      this.around.bindFailed(this.address);
      // Guessing passwords is as slow as this.
      clock.after(config.failureDelayMs ?? 1_000, () => this.connection.refuseBind(verdict.status));
      return;
    }
    const tlvs =
      version >= interfaceVersion ? [integerTlv('sc_interface_version', interfaceVersion)] : noTlvs;
    const session = new ServerSession(
      this.connection,
      { peer: verdict.peer, role, systemId, remoteAddress: this.address },
      { clock, observer, serverName: config.name },
    );
    this.session = session;
    this.connection.acceptBind([config.systemId], tlvs);
    log.info(fields, 'bound');
    handlers.bound(session);
  }

  private async authenticate(attempt: BindAttempt): Promise<BindVerdict<T>> {
    try {
      return await this.around.handlers.authenticate(attempt);
    } catch (error) {
      this.around.log.warn(
        { server: this.around.config.name, error: String(error) },
        'authentication of a bind failed to run',
      );
      return { ok: false, status: status.ESME_RSYSERR };
    }
  }

  private request(pdu: Pdu): void {
    const session = this.session;
    if (session === undefined) throw new Error('request before bind');
    const { handlers } = this.around;
    const reply = this.replyTo(pdu);
    const refuse = (): void => reply(status.ESME_RINVCMDID, []);
    switch (pdu.command) {
      case commands.submit_sm:
      case commands.data_sm:
        // There are no predefined texts here to send by number.
        if (defaultMessageOf(pdu) !== 0) reply(status.ESME_RINVDFTMSGID, []);
        else handlers.submit(session, messageOf(pdu), (answer, id = '') => reply(answer, [id]));
        return;
      case commands.submit_multi:
        if (handlers.submitMulti === undefined) refuse();
        else
          handlers.submitMulti(session, submitMultiOf(pdu), (answer, id = '', unsuccessful = []) =>
            reply(answer, multiValues(id, unsuccessful)),
          );
        return;
      case commands.query_sm:
        if (handlers.query === undefined) refuse();
        else
          handlers.query(session, queryOf(pdu), (answer, found) =>
            reply(answer, found === undefined ? [] : queryValues(found)),
          );
        return;
      case commands.cancel_sm:
        if (handlers.cancel === undefined) refuse();
        else handlers.cancel(session, cancelOf(pdu), (answer) => reply(answer, []));
        return;
      case commands.replace_sm:
        if (handlers.replace === undefined) refuse();
        else handlers.replace(session, replaceOf(pdu), (answer) => reply(answer, []));
        return;
      default:
        refuse();
    }
  }

  /** Answers `pdu` once. A refusal carries no body (SMPP 3.4 §4.4.2). */
  private replyTo(pdu: Pdu): (answer: number, values: readonly Value[]) => void {
    let answered = false;
    return (answer, values) => {
      if (answered) return;
      answered = true;
      this.connection.reply(pdu, answer, answer === status.ESME_ROK ? values : [], noTlvs);
    };
  }

  private turn(): void {
    const session = this.session;
    if (session?.takeRecovery() === true) this.around.handlers.capacity?.(session);
  }

  private closed(reason: CloseReason): void {
    const session = this.session;
    const { config, handlers, log } = this.around;
    if (session !== undefined) {
      log.info({ server: config.name, systemId: session.systemId, reason: reason.kind }, 'session ended');
      handlers.unbound(session, reason);
    }
    this.around.closed(this);
  }
}
