import { status } from './status.ts';

/** What bounds a mandatory parameter and which status names a violation. */
export interface Limit {
  /** Longest value in octets, without the terminating NUL or the length octet. Integers: unused. */
  readonly max: number;
  readonly status: number;
}

const limit = (max: number, violation: number): Limit => ({ max, status: violation });

/**
 * Sizes of SMPP 3.4 §5.2 (5.0 §4.7 where it is wider: short_message 255). One departure: system_id and password
 * take 64 octets instead of 15 and 8. Tenants bind with a SID and a token of 34 and 32 characters, and carriers
 * hand out passwords beyond 8.
 */
const byField: Readonly<Record<string, Limit>> = {
  system_id: limit(64, status.ESME_RINVSYSID),
  password: limit(64, status.ESME_RINVPASWD),
  system_type: limit(12, status.ESME_RINVSYSTYP),
  interface_version: limit(1, status.ESME_RBINDFAIL),
  addr_ton: limit(1, status.ESME_RBINDFAIL),
  addr_npi: limit(1, status.ESME_RBINDFAIL),
  address_range: limit(40, status.ESME_RBINDFAIL),
  service_type: limit(5, status.ESME_RINVSERTYP),
  source_addr_ton: limit(1, status.ESME_RINVSRCTON),
  source_addr_npi: limit(1, status.ESME_RINVSRCNPI),
  source_addr: limit(20, status.ESME_RINVSRCADR),
  dest_addr_ton: limit(1, status.ESME_RINVDSTTON),
  dest_addr_npi: limit(1, status.ESME_RINVDSTNPI),
  destination_addr: limit(20, status.ESME_RINVDSTADR),
  esme_addr_ton: limit(1, status.ESME_RINVDSTTON),
  esme_addr_npi: limit(1, status.ESME_RINVDSTNPI),
  esme_addr: limit(64, status.ESME_RINVDSTADR),
  dest_address: limit(254, status.ESME_RINVNUMDESTS),
  unsuccess_sme: limit(255, status.ESME_RINVNUMDESTS),
  esm_class: limit(1, status.ESME_RINVESMCLASS),
  protocol_id: limit(1, status.ESME_RSYSERR),
  priority_flag: limit(1, status.ESME_RINVPRTFLG),
  schedule_delivery_time: limit(16, status.ESME_RINVSCHED),
  validity_period: limit(16, status.ESME_RINVEXPIRY),
  final_date: limit(16, status.ESME_RINVEXPIRY),
  registered_delivery: limit(1, status.ESME_RINVREGDLVFLG),
  replace_if_present_flag: limit(1, status.ESME_RINVREPFLAG),
  data_coding: limit(1, status.ESME_RINVDCS),
  sm_default_msg_id: limit(1, status.ESME_RINVDFTMSGID),
  short_message: limit(255, status.ESME_RINVMSGLEN),
  message_id: limit(64, status.ESME_RINVMSGID),
  message_state: limit(1, status.ESME_RSYSERR),
  error_code: limit(1, status.ESME_RSYSERR),
};

/** Commands whose addresses are wider (data_sm: SMPP 3.4 §4.7.1; alert_notification: §4.12.1). */
const wideAddresses = new Set(['data_sm', 'alert_notification']);

/** dl_name in submit_multi, without NUL (SMPP 3.4 §5.2.27). */
export const listNameMax = 20;

/** The limit of one mandatory parameter; one that the table does not know is our own mistake and throws. */
export function limitOf(command: string, field: string): Limit {
  const found = byField[field];
  if (found === undefined) throw new Error(`no limit for ${command}.${field}`);
  if (wideAddresses.has(command) && (field === 'source_addr' || field === 'destination_addr'))
    return { max: 64, status: found.status };
  return found;
}
