import definitions from 'smpp/lib/defs.js';

/** The command_status names that this code itself speaks (SMPP 3.4 §5.1.3, 5.0 §4.7.6). */
type StatusName =
  | 'ESME_ROK'
  | 'ESME_RINVMSGLEN'
  | 'ESME_RINVCMDLEN'
  | 'ESME_RINVCMDID'
  | 'ESME_RINVBNDSTS'
  | 'ESME_RALYBND'
  | 'ESME_RINVPRTFLG'
  | 'ESME_RINVREGDLVFLG'
  | 'ESME_RSYSERR'
  | 'ESME_RINVSRCADR'
  | 'ESME_RINVDSTADR'
  | 'ESME_RINVMSGID'
  | 'ESME_RBINDFAIL'
  | 'ESME_RINVPASWD'
  | 'ESME_RINVSYSID'
  | 'ESME_RMSGQFUL'
  | 'ESME_RINVSERTYP'
  | 'ESME_RINVNUMDESTS'
  | 'ESME_RINVDLNAME'
  | 'ESME_RINVDESTFLAG'
  | 'ESME_RINVESMCLASS'
  | 'ESME_RSUBMITFAIL'
  | 'ESME_RINVSRCTON'
  | 'ESME_RINVSRCNPI'
  | 'ESME_RINVDSTTON'
  | 'ESME_RINVDSTNPI'
  | 'ESME_RINVSYSTYP'
  | 'ESME_RINVREPFLAG'
  | 'ESME_RTHROTTLED'
  | 'ESME_RINVSCHED'
  | 'ESME_RINVEXPIRY'
  | 'ESME_RINVDFTMSGID'
  | 'ESME_RX_T_APPN'
  | 'ESME_RX_P_APPN'
  | 'ESME_RX_R_APPN'
  | 'ESME_RQUERYFAIL'
  | 'ESME_RINVTLVSTREAM'
  | 'ESME_RINVTLVLEN'
  | 'ESME_RDELIVERYFAILURE'
  | 'ESME_RUNKNOWNERR'
  | 'ESME_RINVDCS';

/** command_status values by name. */
export const status = definitions.errors as Readonly<Record<StatusName, number>>;

const names = new Map(Object.entries(definitions.errors).map(([name, code]) => [code, name]));

/** The name of a command_status for people, e.g. `ESME_RTHROTTLED`; a vendor's own as hexadecimal. */
export const statusName = (code: number): string =>
  names.get(code) ?? `0x${code.toString(16).padStart(8, '0')}`;

/** For statistics: the name where it is known, else `other`, so that a peer cannot make them grow. */
export const statusLabel = (code: number): string => names.get(code) ?? 'other';

/** Whether the peer asks to slow down rather than refuses the message. */
export const isThrottle = (code: number): boolean =>
  code === status.ESME_RTHROTTLED || code === status.ESME_RMSGQFUL;
