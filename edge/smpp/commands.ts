import definitions from 'smpp/lib/defs.js';
import { limitOf } from './limits.ts';

/** How a mandatory parameter lies on the wire. */
export type FieldKind = 'int8' | 'cstring' | 'octets' | 'destinations' | 'unsuccessful';

/** One mandatory parameter of a command. */
export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  /** Longest value, see `limits.ts`. */
  readonly max: number;
  /** command_status for a value beyond its limit. */
  readonly status: number;
}

/** One row of the specification's table of commands (SMPP 3.4 §4, 5.0 §4). */
export interface Command {
  readonly name: CommandName;
  readonly id: number;
  /** In wire order. */
  readonly fields: readonly Field[];
  readonly isResponse: boolean;
  /** The command that answers this one; undefined for responses, outbind and alert_notification. */
  readonly response: Command | undefined;
}

type Request =
  | 'bind_receiver'
  | 'bind_transmitter'
  | 'bind_transceiver'
  | 'broadcast_sm'
  | 'cancel_broadcast_sm'
  | 'cancel_sm'
  | 'data_sm'
  | 'deliver_sm'
  | 'enquire_link'
  | 'query_broadcast_sm'
  | 'query_sm'
  | 'replace_sm'
  | 'submit_multi'
  | 'submit_sm'
  | 'unbind';

export type CommandName = Request | `${Request}_resp` | 'alert_notification' | 'generic_nack' | 'outbind';

const responseBit = 0x80000000;

const kinds = new Map<unknown, FieldKind>([
  [definitions.types.int8, 'int8'],
  [definitions.types.cstring, 'cstring'],
  [definitions.types.buffer, 'octets'],
  [definitions.types.dest_address_array, 'destinations'],
  [definitions.types.unsuccess_sme_array, 'unsuccessful'],
]);

function fieldOf(command: string, name: string, type: unknown): Field {
  const kind = kinds.get(type);
  if (kind === undefined) throw new Error(`no codec for ${command}.${name}`);
  const { max, status } = limitOf(command, name);
  return { name, kind, max, status };
}

function build(): Readonly<Record<CommandName, Command>> {
  const built: Record<string, Command> = {};
  const rows = Object.entries(definitions.commands);
  // Responses first, so that each request finds its own.
  rows.sort(([, a], [, b]) => b.id - a.id);
  for (const [name, row] of rows) {
    built[name] = {
      name: name as CommandName,
      id: row.id,
      fields: Object.entries(row.params ?? {}).map(([field, { type }]) => fieldOf(name, field, type)),
      isResponse: row.id >= responseBit,
      response: built[`${name}_resp`],
    };
  }
  return built as Record<CommandName, Command>;
}

/** Every command by name. */
export const commands = build();

const byId = new Map(Object.values(commands).map((command) => [command.id, command]));

/** The command with this id, undefined if the specification has none. */
export const commandById = (id: number): Command | undefined => byId.get(id);
