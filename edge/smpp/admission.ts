import { assertNever } from '../../control/base/result.ts';
import { commands } from './commands.ts';
import type { Command } from './commands.ts';
import { receives, transmits } from './session-state.ts';
import type { SessionState } from './session-state.ts';
import { status } from './status.ts';

/** Which end of a session we are: the ESME, or the message centre. */
export type Side = 'client' | 'server';

/** What a message centre takes from an ESME that transmits (SMPP 3.4 §2.3). */
const fromTransmitter: ReadonlySet<Command> = new Set([
  commands.submit_sm,
  commands.data_sm,
  commands.submit_multi,
  commands.query_sm,
  commands.cancel_sm,
  commands.replace_sm,
]);
/** What an ESME that receives takes from its message centre. */
const toReceiver: ReadonlySet<Command> = new Set([commands.deliver_sm, commands.data_sm]);

/** ESME_ROK if an operation of the peer may go on to its owner in this state, else what to answer. */
export function admit(side: Side, state: SessionState, command: Command, hasRoom: boolean): number {
  switch (state.kind) {
    case 'bound': {
      const ours = side === 'server' ? fromTransmitter : toReceiver;
      const theirs = side === 'server' ? toReceiver : fromTransmitter;
      if (!ours.has(command)) return theirs.has(command) ? status.ESME_RINVBNDSTS : status.ESME_RINVCMDID;
      const allowed = side === 'server' ? transmits(state.role) : receives(state.role);
      if (!allowed) return status.ESME_RINVBNDSTS;
      return hasRoom ? status.ESME_ROK : status.ESME_RTHROTTLED;
    }
    case 'draining':
    case 'unbinding':
      // Says "later": the peer keeps the message and brings it to the next session.
      return side === 'server' ? status.ESME_RTHROTTLED : status.ESME_RX_T_APPN;
    case 'open':
    case 'binding':
    case 'closed':
      return status.ESME_RINVBNDSTS;
    default:
      return assertNever(state);
  }
}
