import type { Clock } from '../../control/base/clock.ts';
import type { Connection } from './connection.ts';
import { messageCommands, messageValues } from './message.ts';
import type { DeliverSm } from './message.ts';
import type { SmppObserver } from './observer.ts';
import type { Pdu } from './pdu.ts';
import { receives } from './session-state.ts';
import type { Role } from './session-state.ts';
import { isThrottle, status } from './status.ts';

/** How a deliver_sm ended. */
export type DeliverOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly status: number }
  /** No response in time, or the connection ended: the peer may have it. */
  | { readonly kind: 'lost' };

/** One bound peer of the server; `peer` is what `authenticate` gave for it. */
export class ServerSession<T> {
  readonly peer: T;
  readonly role: Role;
  readonly systemId: string;
  readonly remoteAddress: string;
  private readonly connection: Connection;
  private readonly clock: Clock;
  private readonly observer: SmppObserver;
  private readonly serverName: string;
  private starved = false;

  constructor(
    connection: Connection,
    identity: { peer: T; role: Role; systemId: string; remoteAddress: string },
    around: { clock: Clock; observer: SmppObserver; serverName: string },
  ) {
    this.peer = identity.peer;
    this.role = identity.role;
    this.systemId = identity.systemId;
    this.remoteAddress = identity.remoteAddress;
    this.connection = connection;
    this.clock = around.clock;
    this.observer = around.observer;
    this.serverName = around.serverName;
  }

  /** deliver_sm that may leave now; always 0 for a transmitter. */
  capacity(): number {
    const free = receives(this.role) ? this.connection.free : 0;
    if (free === 0) this.starved = true;
    return free;
  }

  /** Whether capacity has returned since it was last 0; for the server, which tells its owner. */
  takeRecovery(): boolean {
    if (!this.starved || this.capacity() === 0) return false;
    this.starved = false;
    return true;
  }

  /** Sends `sm`; only while `capacity()` is above 0. `done` is called once, never from within this call. */
  deliver(sm: DeliverSm, done: (outcome: DeliverOutcome) => void): void {
    if (this.capacity() === 0) throw new Error('deliver without capacity');
    const sentMs = this.clock.monotonic();
    const error = this.connection.ask(messageCommands.deliver, messageValues(sm), sm.tlvs, (response) => {
      this.observe(response, this.clock.monotonic() - sentMs);
      done(outcomeOf(response));
    });
    if (error !== undefined) queueMicrotask(() => done({ kind: 'refused', status: error.status }));
    // Notes it if that was the last one, so that its return is announced.
    this.capacity();
  }

  /** Unbinds once what is under way has ended. */
  drain(): void {
    this.connection.drain();
  }

  /** Ends at once; what is outstanding is lost. */
  close(): void {
    this.connection.abort();
  }

  private observe(response: Pdu | undefined, latencyMs: number): void {
    const answer = response?.status;
    if (answer === undefined) this.observer.messageLatencyMs(this.serverName, 'lost', latencyMs);
    else if (answer === status.ESME_ROK)
      this.observer.messageLatencyMs(this.serverName, 'accepted', latencyMs);
    else if (isThrottle(answer)) {
      this.observer.throttled(this.serverName, answer);
      this.observer.messageLatencyMs(this.serverName, 'throttled', latencyMs);
    } else this.observer.messageLatencyMs(this.serverName, 'refused', latencyMs);
  }
}

function outcomeOf(response: Pdu | undefined): DeliverOutcome {
  if (response === undefined) return { kind: 'lost' };
  if (response.status !== status.ESME_ROK) return { kind: 'refused', status: response.status };
  // generic_nack with ESME_ROK is no acceptance.
  if (response.command.fields.length === 0) return { kind: 'refused', status: status.ESME_RUNKNOWNERR };
  return { kind: 'accepted' };
}
