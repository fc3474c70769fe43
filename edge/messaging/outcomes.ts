import type { MessageState } from '../smpp/message-state.ts';

/** What a report makes of a message: its status, and a code of Twilio's table (0 for none). */
export type ReceiptOutcome =
  | { readonly status: 'delivered'; readonly errorCode: 0 }
  | { readonly status: 'undelivered'; readonly errorCode: number }
  /** The message is still on its way. */
  | { readonly status: 'none'; readonly errorCode: 0 };

const delivered: ReceiptOutcome = { status: 'delivered', errorCode: 0 };
const none: ReceiptOutcome = { status: 'none', errorCode: 0 };
const undelivered = (errorCode: number): ReceiptOutcome => ({ status: 'undelivered', errorCode });

const byState: Readonly<Record<MessageState, ReceiptOutcome>> = {
  SCHEDULED: none,
  ENROUTE: none,
  ACCEPTED: none,
  DELIVERED: delivered,
  EXPIRED: undelivered(30003), // the SMSC tried until the validity period ended
  UNDELIVERABLE: undelivered(30008),
  DELETED: undelivered(30008),
  UNKNOWN: undelivered(30008),
  REJECTED: undelivered(30007),
  SKIPPED: undelivered(30008),
};

/**
 * What a receipt's `err` says beyond its state. SMPP leaves the numbers to the SMSC (3.4 appendix B); most pass on
 * those of the mobile network (3GPP TS 29.002 §17.6, MAP), and these are its.
 */
const byMapError: ReadonlyMap<number, number> = new Map([
  [1, 30005], // unknownSubscriber
  [5, 30005], // unidentifiedSubscriber
  [6, 30003], // absentSubscriberSM
  [9, 30004], // illegalSubscriber
  [11, 30006], // teleserviceNotProvisioned
  [12, 30004], // illegalEquipment
  [13, 30004], // callBarred
  [21, 30006], // facilityNotSupported
  [27, 30003], // absentSubscriber
  [31, 30003], // subscriberBusyForMT-SMS
  [32, 30003], // sm-DeliveryFailure: the handset is full or refuses
  [33, 30003], // messageWaitingListFull
]);

/** What a receipt with this state and `err` (digits, if there is one) makes of its message. */
export function receiptOutcome(state: MessageState, errorCode?: string): ReceiptOutcome {
  const outcome = byState[state];
  if (outcome.status !== 'undelivered' || errorCode === undefined || !/^\d{1,5}$/.test(errorCode))
    return outcome;
  const known = byMapError.get(Number(errorCode));
  return known === undefined ? outcome : undelivered(known);
}

/** Why a carrier did not take a message. `code` is Twilio's, for when that ends the message. */
export interface SubmitFailure {
  readonly kind:
    | 'throttle' // slow down and send it again
    | 'temporary' // this carrier cannot take it now: the next route, or the same one later
    | 'permanent'; // no carrier will take it
  readonly code: number;
}

const throttle: SubmitFailure = { kind: 'throttle', code: 30017 };
const temporary: SubmitFailure = { kind: 'temporary', code: 30008 };
const permanent = (code: number): SubmitFailure => ({ kind: 'permanent', code });

/** command_status of submit_sm_resp (SMPP 3.4 §5.1.3; from 0x100 on 5.0 §4.7.6). */
const byStatus: ReadonlyMap<number, SubmitFailure> = new Map([
  [0x01, permanent(30019)], // ESME_RINVMSGLEN
  [0x02, temporary], // ESME_RINVCMDLEN
  [0x03, temporary], // ESME_RINVCMDID
  [0x04, temporary], // ESME_RINVBNDSTS
  [0x05, temporary], // ESME_RALYBND
  [0x08, temporary], // ESME_RSYSERR
  [0x0a, permanent(30024)], // ESME_RINVSRCADR
  [0x0b, permanent(30005)], // ESME_RINVDSTADR
  [0x0d, temporary], // ESME_RBINDFAIL
  [0x0e, temporary], // ESME_RINVPASWD
  [0x0f, temporary], // ESME_RINVSYSID
  [0x14, throttle], // ESME_RMSGQFUL
  [0x48, permanent(30024)], // ESME_RINVSRCTON
  [0x49, permanent(30024)], // ESME_RINVSRCNPI
  [0x50, permanent(30005)], // ESME_RINVDSTTON
  [0x51, permanent(30005)], // ESME_RINVDSTNPI
  [0x53, temporary], // ESME_RINVSYSTYP
  [0x58, throttle], // ESME_RTHROTTLED
  [0x64, temporary], // ESME_RX_T_APPN
  [0x66, permanent(30007)], // ESME_RX_R_APPN
  [0xfe, permanent(30003)], // ESME_RDELIVERYFAILURE
  [0xff, temporary], // ESME_RUNKNOWNERR
  [0x100, permanent(30004)], // ESME_RSERTYPUNAUTH
  [0x101, permanent(30004)], // ESME_RPROHIBITED
  [0x102, temporary], // ESME_RSERTYPUNAVAIL
  [0x103, permanent(30004)], // ESME_RSERTYPDENIED
]);

/**
 * What a submit_sm_resp with this command_status, which is not ESME_ROK, means for its message. Any status not in the
 * table, a carrier's own included, is permanent: to try such a message again would hold up its sender's queue.
 */
export const failureOfStatus = (commandStatus: number): SubmitFailure =>
  byStatus.get(commandStatus) ?? permanent(30008);
