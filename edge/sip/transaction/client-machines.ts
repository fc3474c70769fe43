import type { Machine, Transition } from './machine.ts';

export type ClientState = 'calling' | 'proceeding' | 'accepted' | 'completed' | 'terminated';

export type ClientEvent =
  /** A response: 1xx, 2xx, 3xx to 6xx. */
  | 'provisional'
  | 'success'
  | 'failure'
  /** Timer A or E: the request is due once more. */
  | 'again'
  /** Timer B or F: no final response came in time. */
  | 'timeout'
  /** Timer D, K or M: retransmitted responses are no longer expected. */
  | 'over'
  /** The request could not be sent. */
  | 'unsendable';

export type ClientAction =
  /** Gives the response to the user. */
  | 'pass'
  /** Acknowledges a failure of an INVITE, hop by hop (§17.1.1.3). */
  | 'ack'
  | 'resend'
  | 'doubleAgain'
  /** Timer E in proceeding: T2. */
  | 'slowAgain'
  | 'stopAgain'
  | 'stopTimeout'
  /** Timer D: at least 32 s, or nothing on a reliable transport. */
  | 'startAbsorb'
  /** Timer K: T4, or nothing on a reliable transport. */
  | 'startLinger'
  /** Timer M: 64 T1 (RFC 6026). */
  | 'startLife'
  | 'tellTimeout'
  | 'tellUnsendable';

const to = (
  next: ClientState,
  ...actions: readonly ClientAction[]
): Transition<ClientState, ClientAction> => ({
  next,
  actions,
});

type ClientMachine = Machine<ClientState, ClientEvent, ClientAction>;

const none = {};

/** RFC 3261 §17.1.1 (figure 5) with RFC 6026 §7.2: further 2xx, of this and of other branches, reach the user. */
export const inviteClient: ClientMachine = {
  calling: {
    provisional: to('proceeding', 'stopAgain', 'stopTimeout', 'pass'),
    success: to('accepted', 'stopAgain', 'stopTimeout', 'startLife', 'pass'),
    failure: to('completed', 'stopAgain', 'stopTimeout', 'ack', 'startAbsorb', 'pass'),
    again: to('calling', 'resend', 'doubleAgain'),
    timeout: to('terminated', 'stopAgain', 'tellTimeout'),
    unsendable: to('terminated', 'stopAgain', 'stopTimeout', 'tellUnsendable'),
  },
  proceeding: {
    provisional: to('proceeding', 'pass'),
    success: to('accepted', 'stopTimeout', 'startLife', 'pass'),
    failure: to('completed', 'stopTimeout', 'ack', 'startAbsorb', 'pass'),
    // Set only once the request was cancelled (§9.1), or by a user that waits no longer.
    timeout: to('terminated', 'tellTimeout'),
    unsendable: to('terminated', 'stopTimeout', 'tellUnsendable'),
  },
  accepted: {
    success: to('accepted', 'pass'),
    over: to('terminated'),
  },
  completed: {
    failure: to('completed', 'ack'),
    over: to('terminated'),
  },
  terminated: none,
};

/** RFC 3261 §17.1.2 (figure 6). */
export const plainClient: ClientMachine = {
  calling: {
    provisional: to('proceeding', 'slowAgain', 'pass'),
    success: to('completed', 'stopAgain', 'stopTimeout', 'startLinger', 'pass'),
    failure: to('completed', 'stopAgain', 'stopTimeout', 'startLinger', 'pass'),
    again: to('calling', 'resend', 'doubleAgain'),
    timeout: to('terminated', 'stopAgain', 'tellTimeout'),
    unsendable: to('terminated', 'stopAgain', 'stopTimeout', 'tellUnsendable'),
  },
  proceeding: {
    provisional: to('proceeding', 'pass'),
    success: to('completed', 'stopAgain', 'stopTimeout', 'startLinger', 'pass'),
    failure: to('completed', 'stopAgain', 'stopTimeout', 'startLinger', 'pass'),
    again: to('proceeding', 'resend', 'slowAgain'),
    timeout: to('terminated', 'stopAgain', 'tellTimeout'),
    unsendable: to('terminated', 'stopAgain', 'stopTimeout', 'tellUnsendable'),
  },
  accepted: none,
  completed: {
    over: to('terminated'),
  },
  terminated: none,
};
