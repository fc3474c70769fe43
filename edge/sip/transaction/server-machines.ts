import type { Machine, Transition } from './machine.ts';

export type ServerState = 'trying' | 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'terminated';

export type ServerEvent =
  /** The request once more. */
  | 'request'
  /** The ACK of a final response that was no success. */
  | 'ack'
  /** The user answers: 1xx, 2xx, 3xx to 6xx. */
  | 'provisional'
  | 'success'
  | 'failure'
  /** Timer G: the final response is due once more. */
  | 'again'
  /** Timer H, I, J or L: the state has lasted long enough. */
  | 'over'
  /** The response could not be sent. */
  | 'unsendable';

export type ServerAction =
  /** Sends the response that came with the event. */
  | 'send'
  /** Sends the last response again, if there was one. */
  | 'resend'
  /** Timer G; means nothing on a reliable transport. */
  | 'startAgain'
  | 'doubleAgain'
  | 'stopAgain'
  /** Timer H and L: 64 T1. */
  | 'startLife'
  /** Timer J: 64 T1, or nothing on a reliable transport. */
  | 'startAbsorb'
  /** Timer I: T4, or nothing on a reliable transport. */
  | 'startLinger'
  /** Tells the user that no ACK came. */
  | 'noAck';

const to = (
  next: ServerState,
  ...actions: readonly ServerAction[]
): Transition<ServerState, ServerAction> => ({
  next,
  actions,
});

type ServerMachine = Machine<ServerState, ServerEvent, ServerAction>;

const none = {};

/** RFC 3261 §17.2.1 (figure 7) with RFC 6026 §7.1: a success keeps the transaction alive to absorb retransmissions. */
export const inviteServer: ServerMachine = {
  trying: none,
  proceeding: {
    request: to('proceeding', 'resend'),
    provisional: to('proceeding', 'send'),
    success: to('accepted', 'send', 'startLife'),
    failure: to('completed', 'send', 'startAgain', 'startLife'),
    unsendable: to('terminated'),
  },
  accepted: {
    request: to('accepted'),
    // The user repeats its 2xx until the ACK comes (RFC 3261 §13.3.1.4).
    success: to('accepted', 'send'),
    over: to('terminated'),
  },
  completed: {
    request: to('completed', 'resend'),
    ack: to('confirmed', 'stopAgain', 'startLinger'),
    again: to('completed', 'resend', 'doubleAgain'),
    over: to('terminated', 'stopAgain', 'noAck'),
    unsendable: to('terminated', 'stopAgain'),
  },
  confirmed: {
    over: to('terminated'),
  },
  terminated: none,
};

/** RFC 3261 §17.2.2 (figure 8). */
export const plainServer: ServerMachine = {
  trying: {
    provisional: to('proceeding', 'send'),
    success: to('completed', 'send', 'startAbsorb'),
    failure: to('completed', 'send', 'startAbsorb'),
  },
  proceeding: {
    request: to('proceeding', 'resend'),
    provisional: to('proceeding', 'send'),
    success: to('completed', 'send', 'startAbsorb'),
    failure: to('completed', 'send', 'startAbsorb'),
    unsendable: to('terminated'),
  },
  accepted: none,
  completed: {
    request: to('completed', 'resend'),
    over: to('terminated'),
    unsendable: to('terminated'),
  },
  confirmed: none,
  terminated: none,
};
