import type { Result } from '../base/result.ts';
import type { CoreConfig } from '../config/core.ts';
import type { Fault } from '../config/fault.ts';
import type { Json } from '../events/protocol.ts';
import type { Io } from './io.ts';

/** What a command shows: a value for programs, text for people (without the last line end). */
export interface Shown {
  readonly json: Json;
  readonly text: string;
}

/** How a command ended. */
export type Outcome =
  /** Exit status 0. */
  | ({ readonly kind: 'done' } & Shown)
  /** The command has written what it had to, and says its exit status itself. */
  | { readonly kind: 'written'; readonly status: 0 | 1 }
  /** Exit status 1: one line on standard error says why; `shown` is printed all the same. */
  | { readonly kind: 'refused'; readonly reason: string; readonly shown?: Shown };

export const done = (json: Json, text: string): Outcome => ({ kind: 'done', json, text });
export const refused = (reason: string, shown?: Shown): Outcome =>
  shown === undefined ? { kind: 'refused', reason } : { kind: 'refused', reason, shown };

/** The configuration that a command line leads to. */
export interface Loaded<C> {
  /** As it was named or found; '' if there is none. */
  readonly file: string;
  readonly config: Result<C, readonly Fault[]>;
}

/** One call of a command. */
export interface Call<C extends CoreConfig> {
  /** In the order of `Command.arguments`; one that was optional and left out is missing. */
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly json: boolean;
  readonly io: Io;
  /** `--config`, if it was given. */
  readonly configFile: string | undefined;
  load(): Loaded<C>;
}

interface Specification {
  /** One word or more: `check`, `account create`, `guard block add`. */
  readonly name: string;
  readonly summary: string;
  /** Runs an edge in this process: what changes then is the edge's doing, and not of whoever started it. */
  readonly runsEdge?: boolean;
  readonly arguments?: readonly {
    readonly name: string;
    readonly summary: string;
    readonly optional?: boolean;
    /** Any number of them; the last argument alone. */
    readonly variadic?: boolean;
  }[];
  readonly options?: readonly {
    /** As commander reads them: `--friendly-name <name>`, `--no-follow`. */
    readonly flags: string;
    readonly summary: string;
    readonly required?: boolean;
  }[];
}

/** A row of the table of commands. Most need a configuration without faults; the others load it themselves or not at all. */
export type Command<C extends CoreConfig> = Specification &
  (
    | { readonly needs: 'config'; readonly run: (call: Call<C>, config: C) => Promise<Outcome> }
    | { readonly needs: 'nothing'; readonly run: (call: Call<C>) => Promise<Outcome> }
  );

/** The option's text; undefined if it was not given. */
export function textOption(call: Pick<Call<CoreConfig>, 'options'>, name: string): string | undefined {
  const value = call.options[name];
  return typeof value === 'string' ? value : undefined;
}
