import type { Command } from './commands.ts';
import type { Tlvs } from './tlvs.ts';

/** Octets before the body: command_length, command_id, command_status, sequence_number. */
export const headerLength = 16;
/** The largest PDU read or written, unless configured otherwise. */
export const defaultPduLimit = 65_536;

/** Type of number, numbering plan, and the address (SMPP 3.4 §5.2.5–5.2.9). */
export interface Address {
  readonly ton: number;
  readonly npi: number;
  readonly addr: string;
}

/** One receiver of a submit_multi (SMPP 3.4 §4.5.1.1). */
export type Destination =
  { readonly kind: 'address'; readonly address: Address } | { readonly kind: 'list'; readonly name: string };

/** A receiver that a submit_multi did not reach (SMPP 3.4 §4.5.2.1). */
export interface Unsuccessful {
  readonly address: Address;
  readonly status: number;
}

/** The value of one mandatory parameter. Strings are Latin-1, one character an octet. */
export type Value = number | string | Buffer | readonly Destination[] | readonly Unsuccessful[];

/**
 * A protocol data unit. `values` follow `command.fields` one by one. Buffers in it are views of the bytes received:
 * who keeps one beyond the turn copies it, or holds the whole chunk in memory.
 */
export interface Pdu {
  readonly command: Command;
  /** command_status; 0 in requests. */
  readonly status: number;
  readonly sequence: number;
  readonly values: readonly Value[];
  readonly tlvs: Tlvs;
}

/** What can be wrong with bytes that claim to be a PDU. */
export type DecodeErrorCode =
  /** A length does not fit: the PDU ends before its fields do. */
  | 'length'
  /** The command_id is in no table. */
  | 'command'
  /** A parameter is longer than the specification allows. */
  | 'field'
  /** The optional parameters are no well-formed sequence of tag, length and value. */
  | 'tlv';

/** Why a PDU could not be read, and the command_status that says so to its sender. */
export interface DecodeError {
  readonly code: DecodeErrorCode;
  readonly status: number;
  /** Octets from the start of the PDU to where reading stopped. */
  readonly offset: number;
  /** undefined if the command itself is unknown or unreadable. */
  readonly command: Command | undefined;
  /** 0 if unreadable. */
  readonly sequence: number;
}

/** Why a PDU cannot be written. `status` is what a peer would answer to it. */
export interface EncodeError {
  readonly field: string;
  readonly status: number;
}
