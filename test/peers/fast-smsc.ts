import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { systemClock, type Clock } from '../../control/base/clock.ts';
import {
  command,
  eachPdu,
  emptyView,
  headerBytes,
  shortestSubmit,
  status,
  submitRespBytes,
  viewSubmit,
  writeDigits,
  writeHeader,
} from './smsc-bytes.ts';
import { Later } from './later.ts';
import {
  plainBehaviour,
  zero,
  type InboundLoad,
  type ReceiptBehaviour,
  type SmscBehaviour,
  type SmscCounts,
} from './smsc-behaviour.ts';
import { receiptOf } from './smsc-receipt.ts';
import { SmscRecord } from './smsc-record.ts';
import { drain, inboundOf, openSession, type Session } from './smsc-session.ts';

/**
 * An SMSC for load: it answers bind_*, enquire_link, unbind, submit_sm and deliver_sm_resp from the raw bytes, one
 * write for each chunk read, at a microsecond or two a message. It is a peer to measure against and to count
 * with; it is no model of a careful server.
 */
export class FastSmsc {
  readonly record = new SmscRecord();
  behaviour: SmscBehaviour;
  private readonly clock: Clock;
  private readonly server: Server;
  private readonly sessions = new Set<Session>();
  private readonly view = emptyView();
  private readonly later: Later;
  private nextId: number;
  private counted = zero();
  private rateSecond = 0;
  private rateUsed = 0;

  constructor(behaviour: Partial<SmscBehaviour> = {}, clock: Clock = systemClock, firstId = 1) {
    this.behaviour = { ...plainBehaviour, ...behaviour };
    this.clock = clock;
    this.later = new Later(clock);
    this.nextId = firstId;
    this.server = createServer({ noDelay: true }, (socket) => this.accept(socket));
  }

  /** Listens on 127.0.0.1 and gives the port. */
  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
    return (this.server.address() as AddressInfo).port;
  }

  /** Cuts every session and stops listening. */
  async close(): Promise<void> {
    this.later.clear();
    this.dropSessions();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  /** Cuts every session without unbind, as a failing carrier does. */
  dropSessions(): void {
    for (const session of this.sessions) session.socket.destroy();
    this.sessions.clear();
  }

  get counts(): SmscCounts {
    let boundNow = 0;
    for (const session of this.sessions) if (session.bound !== 0) boundNow++;
    return { ...this.counted, boundNow };
  }

  /** Counts from zero again and forgets the record; sessions stay. */
  reset(): void {
    this.counted = zero();
    this.record.clear();
  }

  /** Sends inbound messages through one bound session, as fast as its deliver window lets it. False: none is bound. */
  sendInbound(load: InboundLoad): boolean {
    const session = this.receiver();
    if (session === undefined) return false;
    session.load = inboundOf(load);
    this.drain(session);
    return true;
  }

  /** Sends one ready deliver_sm (its sequence number is set here). False: no session can receive. */
  sendDeliver(pdu: Buffer): boolean {
    const session = this.receiver();
    if (session === undefined) return false;
    session.outbox.push(pdu);
    this.drain(session);
    return true;
  }

  private receiver(systemId?: string): Session | undefined {
    for (const session of this.sessions) {
      const receives = session.bound === command.bindTransceiver || session.bound === command.bindReceiver;
      if (receives && (systemId === undefined || session.systemId === systemId)) return session;
    }
    return undefined;
  }

  private accept(socket: Socket): void {
    const session = openSession(socket);
    this.sessions.add(session);
    socket.on('data', (chunk) => this.read(session, chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sessions.delete(session));
  }

  private read(session: Session, chunk: Buffer): void {
    const bytes = session.carry.length === 0 ? chunk : Buffer.concat([session.carry, chunk]);
    const nowMs = this.clock.now();
    // No response is longer than its request: see `answer`.
    const out = Buffer.allocUnsafe(bytes.length);
    let used = 0;
    const rest = eachPdu(bytes, (_, start, end) => {
      used = this.answer(session, bytes, start, end, out, used, nowMs);
    });
    if (used > 0) this.send(session, out.subarray(0, used));
    if (rest === null) {
      this.counted.malformed++;
      session.socket.destroy();
      return;
    }
    session.carry = rest;
    if (session.outbox.length > 0 || session.load !== null) this.drain(session);
  }

  private send(session: Session, bytes: Buffer): void {
    const { latencyMs } = this.behaviour;
    if (latencyMs > 0 && session.bound !== 0) this.later.after(latencyMs, () => session.socket.write(bytes));
    else session.socket.write(bytes);
  }

  private answer(
    session: Session,
    bytes: Buffer,
    start: number,
    end: number,
    out: Buffer,
    at: number,
    nowMs: number,
  ): number {
    const commandId = bytes.readUInt32BE(start + 4);
    const sequence = bytes.readUInt32BE(start + 12);
    switch (commandId) {
      case command.submitSm:
        return this.submit(session, bytes, start, end, out, at, nowMs);
      case (command.deliverSm | command.response) >>> 0:
        session.unanswered--;
        this.counted.deliverResponses++;
        if (bytes.readUInt32BE(start + 8) !== 0) this.counted.deliverRefused++;
        return at;
      case command.enquireLink:
      case command.unbind:
        if (commandId === command.unbind) session.bound = 0;
        return writeHeader(out, at, headerBytes, commandId | command.response, 0, sequence);
      case command.bindReceiver:
      case command.bindTransmitter:
      case command.bindTransceiver:
        return this.bind(session, commandId, bytes, start, end, out, at);
      default:
        if (commandId >>> 31 === 1) return at; // a response that nobody waits for
        return writeHeader(out, at, headerBytes, command.genericNack, status.invalidCommand, sequence);
    }
  }

  private bind(
    session: Session,
    commandId: number,
    bytes: Buffer,
    start: number,
    end: number,
    out: Buffer,
    at: number,
  ): number {
    const sequence = bytes.readUInt32BE(start + 12);
    const [systemId = '', password = ''] = bytes.toString('latin1', start + headerBytes, end).split('\0');
    const refused = this.behaviour.password !== undefined && this.behaviour.password !== password;
    if (!refused) {
      session.bound = commandId;
      session.systemId = systemId;
      this.counted.binds++;
    }
    const code = refused ? status.invalidPassword : status.ok;
    const behind = writeHeader(out, at, headerBytes + 5, commandId | command.response, code, sequence);
    return behind + out.write('fast\0', behind, 'latin1');
  }

  private submit(
    session: Session,
    bytes: Buffer,
    start: number,
    end: number,
    out: Buffer,
    at: number,
    nowMs: number,
  ): number {
    const sequence = bytes.readUInt32BE(start + 12);
    const { counted, view, behaviour } = this;
    counted.submits++;
    if (counted.firstSubmitMs === 0) counted.firstSubmitMs = nowMs;
    counted.lastSubmitMs = nowMs;
    const submitResp = command.submitSm | command.response;
    if (end - start < shortestSubmit || !viewSubmit(bytes, start, end, view)) {
      counted.malformed++;
      return writeHeader(out, at, headerBytes, submitResp, status.invalidLength, sequence);
    }
    const code = this.statusFor(bytes, nowMs);
    if (behaviour.keep) this.record.add(bytes, start, end, code);
    if (code !== status.ok) {
      if (code === status.throttled) counted.throttled++;
      else counted.refused++;
      return writeHeader(out, at, headerBytes, submitResp, code, sequence);
    }
    counted.accepted++;
    const id = this.nextId++;
    if (behaviour.receipts !== null && (view.registeredDelivery & 3) !== 0) {
      this.scheduleReceipt(session, behaviour.receipts, bytes, id, nowMs);
    }
    const behind = writeHeader(out, at, submitRespBytes, submitResp, status.ok, sequence);
    const idEnd = writeDigits(out, behind, id, 10, behaviour.hexIds ? 16 : 10);
    out[idEnd] = 0;
    return idEnd + 1;
  }

  private statusFor(bytes: Buffer, nowMs: number): number {
    const { throttleEvery, throttleAbovePerSecond, statuses } = this.behaviour;
    if (throttleEvery > 0 && this.counted.submits % throttleEvery === 0) return status.throttled;
    if (throttleAbovePerSecond > 0) {
      const second = Math.floor(nowMs / 1000);
      if (second !== this.rateSecond) {
        this.rateSecond = second;
        this.rateUsed = 0;
      }
      if (++this.rateUsed > throttleAbovePerSecond) return status.throttled;
    }
    if (statuses.length === 0) return status.ok;
    const { destinationStart, destinationEnd } = this.view;
    const destination = bytes.toString('latin1', destinationStart, destinationEnd);
    return statuses.find((row) => destination.endsWith(row.suffix))?.status ?? status.ok;
  }

  private scheduleReceipt(
    session: Session,
    receipts: ReceiptBehaviour,
    bytes: Buffer,
    id: number,
    nowMs: number,
  ): void {
    const { view } = this;
    const source = bytes.toString('latin1', view.sourceStart, view.sourceEnd);
    const destination = bytes.toString('latin1', view.destinationStart, view.destinationEnd);
    const state = receipts.states.find((row) => destination.endsWith(row.suffix))?.state ?? 'DELIVRD';
    // registered_delivery 2 asks for a receipt of failure alone (section 5.2.17).
    if ((view.registeredDelivery & 3) === 2 && state === 'DELIVRD') return;
    this.later.after(receipts.delayMs, () => {
      const to = session.bound === command.bindTransceiver ? session : this.receiver(session.systemId);
      if (to === undefined) return;
      to.outbox.push(receiptOf({ id, source, destination, state, form: receipts.form, submittedMs: nowMs }));
      this.drain(to);
    });
  }

  private drain(session: Session): void {
    this.counted.delivered += drain(session, this.behaviour.deliverWindow);
  }
}
