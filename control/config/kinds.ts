import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import {
  isHost,
  parseAddress,
  parsePortRange,
  parseTransportAddress,
  type Address,
  type PortRange,
  type TransportAddress,
} from './address.ts';

/** How a configuration reaches the files that it names. */
export interface FileAccess {
  /** Relative paths start here: the directory of the configuration file. */
  readonly directory: string;
  /** The file's text; throws an Error with a `code` as node:fs does. */
  readText(path: string): string;
}

/**
 * A value that `read` understands, or the fault `expected …`. Scalars are read by these and not by zod's own types,
 * so that every fault says what belongs there, and a number may come from the environment, which has only text.
 */
export function kind<T>(expected: string, read: (value: unknown) => T | undefined) {
  return z.unknown().transform((value, context): T => {
    const found = read(value);
    if (found !== undefined) return found;
    context.addIssue({ code: 'custom', message: `expected ${expected}` });
    return z.NEVER;
  });
}

/** `kind` for what is written as text. */
export const textKind = <T>(expected: string, read: (text: string) => T | undefined) =>
  kind(expected, (value) => (typeof value === 'string' ? read(value) : undefined));

/** Any text of at most `maxLength` characters. */
export const text = (maxLength = 1024) =>
  textKind(`text of at most ${maxLength} characters`, (value) =>
    value.length <= maxLength ? value : undefined,
  );

const numeric = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  return undefined;
};

export const integer = (min: number, max: number) =>
  kind(`a whole number from ${min} to ${max}`, (value) => {
    const number = numeric(value);
    return number !== undefined && Number.isInteger(number) && number >= min && number <= max
      ? number
      : undefined;
  });

/** How many a second: above 0, fractions allowed. */
export const rate = () =>
  kind('a number above 0 and at most 100000', (value) => {
    const number = numeric(value);
    return number !== undefined && number > 0 && number <= 100_000 ? number : undefined;
  });

export const flag = () =>
  kind('true or false', (value) => {
    if (value === true || value === 'true') return true;
    return value === false || value === 'false' ? false : undefined;
  });

export const choice = <const T extends string>(...choices: readonly T[]) =>
  textKind(`one of ${choices.join(', ')}`, (value) => choices.find((one) => one === value));

export const address = () => textKind<Address>('HOST:PORT, such as 127.0.0.1:8080 or [::]:443', parseAddress);

export const transportAddress = () =>
  textKind<TransportAddress>(
    'TRANSPORT:HOST:PORT with udp, tcp, tls, ws or wss, such as udp:0.0.0.0:5060',
    parseTransportAddress,
  );

export const portRange = () => textKind<PortRange>('FIRST-LAST, such as 20000-39999', parsePortRange);

export const host = () =>
  textKind('a host name or IP address', (value) => (isHost(value) ? value : undefined));

/** The kinds that need the configuration file's surroundings. */
export function fileKinds(files: FileAccess) {
  const absolute = (path: string): string => (isAbsolute(path) ? path : resolve(files.directory, path));
  const isPath = (value: unknown): value is string =>
    typeof value === 'string' && value !== '' && !value.includes('\0');
  /** `text` unless the file cannot be read; then the reason, as a fault. */
  const readable = (path: string, context: z.RefinementCtx): string => {
    try {
      return files.readText(absolute(path));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
      context.addIssue({ code: 'custom', message: `the file ${path} cannot be read (${code})` });
      return z.NEVER;
    }
  };
  return {
    /** A path that need not exist yet; absolute afterwards. */
    path: () => kind('a path', (value) => (isPath(value) ? absolute(value) : undefined)),
    /** The absolute path of a file that can be read now. */
    file: () =>
      kind('the path of a file', (value) => (isPath(value) ? value : undefined)).transform(
        (path, context) => {
          readable(path, context);
          return absolute(path);
        },
      ),
    /** Text given outright, or `{ file: PATH }` whose text it is, without its last line end. */
    secret: () =>
      z.unknown().transform((value, context): string => {
        if (typeof value === 'string') return value;
        if (
          typeof value === 'object' &&
          value !== null &&
          Object.keys(value).length === 1 &&
          'file' in value &&
          isPath(value.file)
        ) {
          const found: unknown = readable(value.file, context);
          return typeof found === 'string' ? found.replace(/\r?\n$/, '') : z.NEVER;
        }
        context.addIssue({ code: 'custom', message: 'expected text or { file: PATH }' });
        return z.NEVER;
      }),
  };
}

/** What `fileKinds` makes; the parts of the schema are functions of it. */
export type Kinds = ReturnType<typeof fileKinds>;
