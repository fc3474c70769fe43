import { commands } from './commands.ts';
import type { Command } from './commands.ts';
import type { EncodeError, Pdu, Value } from './pdu.ts';
import type { SessionEffects } from './session-effects.ts';
import { status } from './status.ts';
import { noTlvs } from './tlvs.ts';
import type { Tlvs } from './tlvs.ts';

/** Sequence numbers run from 1 to here (SMPP 3.4 §5.1.4). */
const lastSequence = 0x7fffffff;

/** How a session puts requests, responses and refusals. */
export class Voice {
  private readonly effects: SessionEffects;
  private sequence = 0;

  constructor(effects: SessionEffects) {
    this.effects = effects;
  }

  /** Sends a request and gives its sequence number, or why it cannot be written. */
  ask(command: Command, values: readonly Value[], tlvs: Tlvs): number | EncodeError {
    this.sequence = this.sequence === lastSequence ? 1 : this.sequence + 1;
    return this.effects.send(command, status.ESME_ROK, this.sequence, values, tlvs) ?? this.sequence;
  }

  /** Sends a request that has no parameters; gives its sequence number. */
  askPlainly(command: Command): number {
    const sequence = this.ask(command, [], noTlvs);
    if (typeof sequence !== 'number') throw new Error(`${command.name} cannot be written`);
    return sequence;
  }

  respond(command: Command, answer: number, sequence: number, values: readonly Value[], tlvs: Tlvs): void {
    if (command.response === undefined) return;
    const error = this.effects.send(command.response, answer, sequence, values, tlvs);
    if (error === undefined) return;
    // Our answer cannot be written (a message id beyond 64 octets): the peer still gets one.
    this.effects.send(command.response, status.ESME_RSYSERR, sequence, [], noTlvs);
  }

  /** Answers a request with a status alone. */
  answer(request: Pdu, answer: number): void {
    this.respond(request.command, answer, request.sequence, [], noTlvs);
  }

  nack(answer: number, sequence: number): void {
    this.effects.send(commands.generic_nack, answer, sequence, [], noTlvs);
  }
}
