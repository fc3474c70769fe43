import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { PhoneCall, type CallTo } from './phone-call.ts';
import type { PhoneOptions } from './rtp-phone.ts';
import {
  branchOf,
  cseqOf,
  headerOf,
  methodOf,
  readSip,
  responseTo,
  statusOf,
  userOf,
  uriOf,
  writeSip,
  type SipHeader,
  type SipMessage,
} from './sip-bytes.ts';

/** How a phone behaves when it is called. */
export interface PhoneManners extends PhoneOptions {
  /** How long it rings before it is answered; Infinity: for ever. */
  readonly ringMs?: number;
  /** The final status, instead of an answer. */
  readonly refuses?: number;
  /** Tones that the caller hears before the answer. */
  readonly early?: readonly number[];
  /** Headers of its final response. */
  readonly headers?: readonly SipHeader[];
  /** Rings until it is confirmed that this was heard (RFC 3262), and answers then. */
  readonly reliable?: boolean;
}

/** A phone that can be called, and its calls so far. */
export class CalledPhone {
  readonly calls: PhoneCall[] = [];
  manners: PhoneManners;
  private readonly waiting = new Set<() => void>();

  constructor(manners: PhoneManners) {
    this.manners = manners;
  }

  add(call: PhoneCall): void {
    this.calls.push(call);
    for (const look of [...this.waiting]) look();
  }

  /** Its call with this index, once it is there. */
  rung(index = 0): Promise<PhoneCall> {
    return new Promise((resolve) => {
      const look = (): void => {
        const call = this.calls[index];
        if (call === undefined) return;
        this.waiting.delete(look);
        resolve(call);
      };
      this.waiting.add(look);
      look();
    });
  }

  /** Its call with this index, once it stands. */
  async answered(index = 0): Promise<PhoneCall> {
    const call = await this.rung(index);
    await call.established;
    return call;
  }
}

interface ClientTransaction {
  readonly request: SipMessage;
  readonly bytes: Buffer;
  readonly provisional: (response: SipMessage) => void;
  readonly final: (response: SipMessage) => void;
  timer: NodeJS.Timeout | undefined;
}

const retransmitMs = 500;

/**
 * A carrier's side of a trunk over UDP, with the phones behind it: plain RFC 3261, one socket, no more than a test
 * needs of it.
 */
export class SipTrunk {
  readonly host: string;
  readonly port: number;
  /** Every request that came, those of dialogs included. */
  readonly requests: SipMessage[] = [];
  /** Where phones call. */
  edgePort = 0;
  private readonly socket: Socket;
  private readonly phones = new Map<string, CalledPhone>();
  private readonly calls = new Map<string, PhoneCall>();
  private readonly clients = new Map<string, ClientTransaction>();
  private readonly answers = new Map<string, Buffer>();
  private readonly acks = new Map<string, Buffer>();

  private constructor(socket: Socket) {
    this.socket = socket;
    ({ address: this.host, port: this.port } = socket.address());
    socket.on('message', (bytes, from) => {
      const message = readSip(bytes);
      if (message === undefined) return;
      if (statusOf(message) > 0) this.response(message);
      else this.request(message, from.port);
    });
  }

  /** On an address of 127.0.0.0/8. */
  static async open(host = '127.0.0.1'): Promise<SipTrunk> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, host, resolve);
    });
    return new SipTrunk(socket);
  }

  /** The phone with this number, or name; again, with other manners. */
  phone(user: string, manners: PhoneManners = {}): CalledPhone {
    const phone = new CalledPhone(manners);
    this.phones.set(user, phone);
    return phone;
  }

  /** A phone calls the edge. Resolves when the INVITE is sent. */
  async call(from: string, to: string, options: CallTo = {}): Promise<PhoneCall> {
    const call = await PhoneCall.placed(this, from, to, options);
    this.calls.set(call.callId, call);
    return call;
  }

  /** Sends a request to the edge; resolves with its final response. INVITE's 2xx is the caller's to acknowledge. */
  send(
    request: SipMessage,
    provisional: (response: SipMessage) => void = () => undefined,
  ): Promise<SipMessage> {
    const bytes = writeSip(request);
    return new Promise((resolve) => {
      const key = transactionKey(branchOf(request), methodOf(request));
      const again = (): void => {
        this.write(bytes);
        transaction.timer = setTimeout(again, retransmitMs);
      };
      const transaction: ClientTransaction = {
        request,
        bytes,
        provisional,
        final: resolve,
        timer: undefined,
      };
      this.clients.set(key, transaction);
      again();
    });
  }

  /** Sends without waiting for anything: an ACK; it is sent again with each 2xx that comes again. */
  acknowledge(ack: SipMessage): void {
    const bytes = writeSip(ack);
    this.acks.set(`${headerOf(ack, 'call-id')} ${cseqOf(ack)[0]}`, bytes);
    this.write(bytes);
  }

  respond(request: SipMessage, response: SipMessage): void {
    const bytes = writeSip(response);
    this.answers.set(transactionKey(branchOf(request), methodOf(request)), bytes);
    this.write(bytes, viaPort(request));
  }

  via(): string {
    return `SIP/2.0/UDP ${this.host}:${this.port};rport;branch=z9hG4bK${randomBytes(8).toString('hex')}`;
  }

  close(): void {
    for (const call of this.calls.values()) call.vanish();
    for (const { timer } of this.clients.values()) clearTimeout(timer);
    this.socket.close();
  }

  private write(bytes: Buffer, port = this.edgePort): void {
    this.socket.send(bytes, port, '127.0.0.1');
  }

  private response(response: SipMessage): void {
    const status = statusOf(response);
    const [number, method] = cseqOf(response);
    const transaction = this.clients.get(transactionKey(branchOf(response), method));
    if (transaction === undefined) {
      const ack = this.acks.get(`${headerOf(response, 'call-id')} ${number}`);
      if (method === 'INVITE' && status >= 200 && ack !== undefined) this.write(ack);
      return;
    }
    clearTimeout(transaction.timer);
    if (status < 200) {
      transaction.provisional(response);
      return;
    }
    this.clients.delete(transactionKey(branchOf(response), method));
    if (method === 'INVITE' && status >= 300) this.acknowledge(ackOf(transaction.request, response));
    transaction.final(response);
  }

  private request(request: SipMessage, port: number): void {
    const method = methodOf(request);
    const answered = this.answers.get(transactionKey(branchOf(request), method));
    if (answered !== undefined) {
      this.write(answered, port);
      return;
    }
    this.requests.push(request);
    const call = this.calls.get(headerOf(request, 'call-id'));
    if (call !== undefined) call.hear(request);
    else if (method === 'OPTIONS') this.respond(request, responseTo(request, 200, { tag: 'carrier' }));
    else if (method === 'INVITE') void this.invited(request);
    else if (method !== 'ACK') this.respond(request, responseTo(request, 481));
  }

  private async invited(request: SipMessage): Promise<void> {
    const phone = this.phones.get(decodeURIComponent(userOf(uriOf(request))));
    if (phone === undefined) {
      this.respond(request, responseTo(request, 404, { tag: 'carrier' }));
      return;
    }
    this.respond(request, responseTo(request, 100));
    const call = await PhoneCall.received(this, request, phone.manners);
    this.calls.set(call.callId, call);
    phone.add(call);
    call.behave(phone.manners);
  }
}

const transactionKey = (branch: string, method: string): string =>
  `${branch} ${method === 'ACK' ? 'INVITE' : method}`;

const viaPort = (request: SipMessage): number =>
  Number(/^\S+ [^;:\s]+:(\d+)/.exec(headerOf(request, 'via'))?.[1] ?? 5060);

/** RFC 3261 section 17.1.1.3. */
const ackOf = (invite: SipMessage, response: SipMessage): SipMessage => ({
  start: `ACK ${uriOf(invite)} SIP/2.0`,
  headers: [
    ['Via', headerOf(invite, 'via')],
    ['From', headerOf(invite, 'from')],
    ['To', headerOf(response, 'to')],
    ['Call-ID', headerOf(invite, 'call-id')],
    ['CSeq', `${cseqOf(invite)[0]} ACK`],
    ['Max-Forwards', '70'],
  ],
  body: '',
});
