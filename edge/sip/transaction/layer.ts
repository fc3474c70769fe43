import type { Clock } from '../../../control/base/clock.ts';
import type { Random } from '../../../control/base/random.ts';
import { responseTo, responseToFault } from '../message/respond.ts';
import type { SipFault } from '../message/fault.ts';
import { cseq } from '../message/fields.ts';
import type { SipMessage, SipRequest, SipResponse } from '../message/message.ts';
import { validate } from '../message/validate.ts';
import { topVia } from '../message/via.ts';
import type { Via } from '../message/via.ts';
import { writeMessage } from '../message/write.ts';
import type { Flow, FlowUser } from '../transport/flow.ts';
import { Transports } from '../transport/transports.ts';
import type { TransportOptions } from '../transport/transports.ts';
import { responsePort, stampVia } from '../transport/via.ts';
import { ClientTransaction } from './client-transaction.ts';
import type { ClientUser } from './client-transaction.ts';
import { SipIds } from './ids.ts';
import { clientKey, serverKey } from './key.ts';
import { ServerTransaction } from './server-transaction.ts';
import { defaultStrangerLimits, Strangers } from './strangers.ts';
import type { TransactionSurroundings } from './surroundings.ts';
import { defaultTimers } from './timers.ts';
import type { SipTimers } from './timers.ts';
import { TimerWheel } from './wheel.ts';

/** What a message came with. */
export interface Arrival {
  readonly flow: Flow;
  /** The datagram; undefined from a stream. */
  readonly bytes: Buffer | undefined;
}

/** A refusal that needs no memory. */
export interface Refusal {
  readonly status: number;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

const full: Refusal = { status: 503, fields: [['Retry-After', '10']] };

/** Who uses transactions. */
export interface TransactionUser {
  /** Whether a new request may begin a transaction: undefined, or what refuses it without remembering anything. */
  admit(request: SipRequest, isStranger: boolean): Refusal | undefined;
  /** A new request, neither ACK nor CANCEL. It must be answered some time, through the transaction. */
  request(transaction: ServerTransaction, request: SipRequest, arrival: Arrival): void;
  /** An ACK that belongs to no transaction: that of a success. */
  ack(ack: SipRequest, arrival: Arrival): void;
}

export interface LayerOptions extends TransportOptions {
  readonly timers?: SipTimers | undefined;
  /** Transactions remembered at once; beyond it new requests get 503. */
  readonly transactionsMax?: number | undefined;
  /** Addresses and networks of carriers. Others have a part of the room only; without this, nobody is told apart. */
  readonly carriers?: readonly string[] | undefined;
}

const ignoreCancelResult: ClientUser = {
  response: () => undefined,
  timedOut: () => undefined,
  unsendable: () => undefined,
};

/** Transports and transactions: whole requests and responses, each once (RFC 3261 §17, §18). */
export class TransactionLayer implements TransactionSurroundings {
  readonly timers: SipTimers;
  readonly wheel: TimerWheel;
  readonly ids: SipIds;
  readonly transports: Transports;
  private readonly user: TransactionUser;
  private readonly transactionsMax: number;
  private readonly strangers: Strangers | undefined;
  private readonly servers = new Map<string, ServerTransaction>();
  private readonly clients = new Map<string, ClientTransaction>();
  private repeats = 0;

  constructor(options: LayerOptions, clock: Clock, random: Random, user: TransactionUser) {
    this.timers = options.timers ?? defaultTimers;
    this.wheel = new TimerWheel(clock);
    this.ids = new SipIds(random);
    this.user = user;
    this.transactionsMax = options.transactionsMax ?? 200_000;
    this.strangers =
      options.carriers === undefined
        ? undefined
        : new Strangers(options.carriers, this.transactionsMax, defaultStrangerLimits);
    this.transports = new Transports(options, clock, {
      message: (message, flow, bytes) => this.message(message, { flow, bytes }),
      fault: (fault, flow) => this.fault(fault, flow),
    });
  }

  start(): Promise<void> {
    return this.transports.start();
  }

  /** Transactions remembered now. */
  get size(): number {
    return this.servers.size + this.clients.size;
  }

  /** Requests that came more than once. */
  get repeated(): number {
    return this.repeats;
  }

  /** Answers a request without a transaction: nothing of it is remembered. */
  refuse(request: SipRequest, flow: Flow, { status, fields }: Refusal): void {
    const via = topVia(request);
    if (via === undefined || request.method === 'ACK') return;
    const response = responseTo(request, status, undefined, this.ids.tag());
    for (const [name, value] of fields) response.headers.append(name, value);
    this.reply(flow, writeMessage(response), responsePort(via, flow), undefined);
  }

  /**
   * Sends a request in a new transaction. Its top Via must be missing: it is put on here. Gives the transaction and
   * the bytes that left.
   */
  request(
    request: SipRequest,
    flow: Flow,
    user: ClientUser,
  ): { transaction: ClientTransaction; bytes: Buffer } {
    const branch = this.ids.branch();
    request.headers.prepend('Via', this.viaFor(flow, branch));
    return this.begin(request, clientKey(request.method, branch), flow, user);
  }

  /** Sends a message that begins no transaction: the ACK of a success. Its top Via is put on here. */
  sendAck(ack: SipRequest, flow: Flow): Buffer {
    ack.headers.prepend('Via', this.viaFor(flow, this.ids.branch()));
    const bytes = writeMessage(ack);
    this.resend(flow, bytes);
    return bytes;
  }

  /** Sends bytes that have been sent before, or need no transaction. */
  resend(flow: Flow, bytes: Buffer): void {
    this.transports.send(flow, bytes, flow.port, undefined);
  }

  send(flow: Flow, bytes: Buffer, user: FlowUser): void {
    this.transports.send(flow, bytes, flow.port, user);
  }

  reply(flow: Flow, bytes: Buffer, port: number, user: FlowUser | undefined): void {
    let way = flow;
    if (flow.connection?.open === false) {
      // RFC 3261 §18.2.2: a connection that has gone is replaced by one to the address the request came from.
      way = this.transports.route({ transport: flow.endpoint.transport, host: flow.host, port }) ?? flow;
    }
    this.transports.send(way, bytes, port, user);
  }

  cancel(cancel: SipRequest, flow: Flow): void {
    const branch = topVia(cancel)?.params.get('branch') ?? '';
    this.begin(cancel, clientKey('CANCEL', branch), flow, ignoreCancelResult);
  }

  serverEnded(key: string): void {
    const ended = this.servers.get(key);
    if (ended === undefined) return;
    this.servers.delete(key);
    this.strangers?.ended(ended.flow.host);
  }

  clientEnded(key: string): void {
    this.clients.delete(key);
  }

  async close(): Promise<void> {
    this.wheel.close();
    await this.transports.close();
  }

  private begin(
    request: SipRequest,
    key: string,
    flow: Flow,
    user: ClientUser,
  ): { transaction: ClientTransaction; bytes: Buffer } {
    const bytes = writeMessage(request);
    const transaction = new ClientTransaction(key, request, bytes, flow, user, this);
    this.clients.set(key, transaction);
    transaction.begin();
    return { transaction, bytes };
  }

  private viaFor(flow: Flow, branch: string): string {
    const { transport } = flow.endpoint;
    const name = transport === 'udp' ? 'UDP' : transport === 'tcp' ? 'TCP' : 'TLS';
    return `SIP/2.0/${name} ${flow.endpoint.sentBy(flow.host)};branch=${branch};rport`;
  }

  private message(message: SipMessage, arrival: Arrival): void {
    const fault = validate(message);
    if (fault !== undefined) this.fault(fault, arrival.flow);
    else if (message.kind === 'request') this.requestCame(message, arrival);
    else this.responseCame(message, arrival);
  }

  private fault(fault: SipFault, flow: Flow): void {
    const response = responseToFault(fault, this.ids.tag());
    const via = response === undefined ? undefined : topVia(response);
    if (response !== undefined && via !== undefined)
      this.reply(flow, writeMessage(response), responsePort(via, flow), undefined);
  }

  private requestCame(request: SipRequest, arrival: Arrival): void {
    const via = topVia(request);
    if (via === undefined) return;
    stampVia(request, via, arrival.flow);
    if (request.method === 'ACK') {
      const invite = this.servers.get(serverKey(request, via, 'INVITE'));
      if (invite === undefined || invite.state === 'accepted') this.user.ack(request, arrival);
      else invite.acknowledged();
      return;
    }
    const key = serverKey(request, via);
    const known = this.servers.get(key);
    if (known !== undefined) {
      this.repeats++;
      known.repeated();
      return;
    }
    const { host } = arrival.flow;
    const hasRoom = this.size < this.transactionsMax && this.strangers?.hasRoom(host) !== false;
    const isStranger = this.strangers?.isStranger(host) === true;
    const refusal = hasRoom ? this.user.admit(request, isStranger) : full;
    if (refusal !== undefined) {
      this.refuse(request, arrival.flow, refusal);
      return;
    }
    const port = responsePort(via, arrival.flow);
    const transaction = new ServerTransaction(key, request.method, arrival.flow, port, this);
    this.servers.set(key, transaction);
    this.strangers?.began(host);
    if (request.method === 'CANCEL') this.cancelCame(transaction, request, via, arrival);
    else this.user.request(transaction, request, arrival);
  }

  /** RFC 3261 §9.2: the CANCEL is answered here; what becomes of the INVITE is its user's concern. */
  private cancelCame(transaction: ServerTransaction, cancel: SipRequest, via: Via, arrival: Arrival): void {
    const invite = this.servers.get(serverKey(cancel, via, 'INVITE'));
    const status = invite === undefined ? 481 : 200;
    const response = responseTo(cancel, status, undefined, (invite ?? transaction).tag);
    transaction.respond(status, writeMessage(response));
    if (invite?.answered === false) invite.user?.cancelled(cancel, arrival.flow, arrival.bytes);
  }

  private responseCame(response: SipResponse, arrival: Arrival): void {
    const via = topVia(response);
    const method = cseq(response)?.method;
    const branch = via?.params.get('branch');
    if (via === undefined || method === undefined || branch === undefined) return;
    const transaction = this.clients.get(clientKey(method, branch));
    // One that belongs to no transaction is late, or never was ours.
    transaction?.received(response, arrival.flow, arrival.bytes);
  }
}
