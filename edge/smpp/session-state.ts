import { commands } from './commands.ts';
import type { Command } from './commands.ts';

/** What an ESME bound as: which messages may pass, seen from the ESME (SMPP 3.4 §2.2). */
export type Role = 'transmitter' | 'receiver' | 'transceiver';

/** Whether this role may send submit_sm and its kin. */
export const transmits = (role: Role): boolean => role !== 'receiver';
/** Whether this role is sent deliver_sm. */
export const receives = (role: Role): boolean => role !== 'transmitter';

/** The bind request of each role. */
export const bindCommand: Readonly<Record<Role, Command>> = {
  transmitter: commands.bind_transmitter,
  receiver: commands.bind_receiver,
  transceiver: commands.bind_transceiver,
};

/** The role that a bind request asks for; undefined for any other command. */
export function roleOf(command: Command): Role | undefined {
  switch (command) {
    case commands.bind_transmitter:
      return 'transmitter';
    case commands.bind_receiver:
      return 'receiver';
    case commands.bind_transceiver:
      return 'transceiver';
    default:
      return undefined;
  }
}

/** Why a session ended. */
export type CloseReason =
  /** unbind was answered: nothing is outstanding. */
  | { readonly kind: 'unbound' }
  | { readonly kind: 'bindRefused'; readonly status: number }
  /** No bind, or no answer to it, in time. */
  | { readonly kind: 'bindTimeout' }
  /** enquire_link went unanswered. */
  | { readonly kind: 'dead' }
  /** A command_length that cannot be: the stream is unreadable from there on. */
  | { readonly kind: 'framing' }
  /** The connection ended under the session. `code` as Node names it, '' for a plain end. */
  | { readonly kind: 'disconnected'; readonly code: string }
  /** We ended it without ceremony. */
  | { readonly kind: 'aborted' };

/** Where a session stands (SMPP 3.4 §2.2). Deadlines in milliseconds of the monotonic clock. */
export type SessionState =
  | { readonly kind: 'open'; readonly deadlineMs: number }
  /** A bind awaits its answer: theirs (we are the client, `sequence` is our request's) or ours. */
  | {
      readonly kind: 'binding';
      readonly role: Role;
      readonly command: Command;
      readonly sequence: number;
      readonly deadlineMs: number;
    }
  | { readonly kind: 'bound'; readonly role: Role }
  /** No new requests; those under way come to their end before unbind, or unbind_resp if the peer began, leaves. */
  | {
      readonly kind: 'draining';
      readonly role: Role;
      readonly peerUnbind: number | undefined;
      readonly deadlineMs: number;
    }
  | {
      readonly kind: 'unbinding';
      readonly role: Role;
      readonly sequence: number;
      readonly deadlineMs: number;
    }
  | { readonly kind: 'closed'; readonly reason: CloseReason };

/** The role a session is bound as, also while it unbinds. */
export const boundRole = (state: SessionState): Role | undefined =>
  state.kind === 'bound' || state.kind === 'draining' || state.kind === 'unbinding' ? state.role : undefined;
