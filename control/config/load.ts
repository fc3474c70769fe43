import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { fail, ok, type Result } from '../base/result.ts';
import { parseConfigDocument } from './document.ts';
import { processEnvironment, type Environment } from './environment.ts';
import type { Fault } from './fault.ts';
import { faultsOf } from './issues.ts';
import { fileKinds, type FileAccess, type Kinds } from './kinds.ts';

/** A schema, or a part of one: rooms write theirs as functions of the kinds that read files. */
export type Part<S extends z.ZodType> = (kinds: Kinds) => S;

/** Read-only at every depth, as the loader freezes it. */
export type Frozen<T> = T extends string | number | boolean | null | undefined | Uint8Array
  ? T
  : { readonly [K in keyof T]: Frozen<T[K]> };

/** The configuration that a schema describes. */
export type ConfigOf<P> = P extends Part<infer S> ? Frozen<z.output<S>> : never;

export interface LoadOptions {
  readonly environment?: Environment;
  readonly files?: FileAccess;
}

/** Where a configuration is looked for when none is named, in this order. */
export const defaultFiles: readonly string[] = ['./strowger.yaml', '/etc/strowger/strowger.yaml'];

/** The file that `--config` names, else the first of `defaultFiles` that exists, else undefined. */
export const findConfigFile = (named: string | undefined): string | undefined =>
  named ?? defaultFiles.find((file) => existsSync(file));

/** Reads and checks a configuration file. Every fault is reported, not only the first. */
export function loadConfig<S extends z.ZodType>(
  part: Part<S>,
  file: string,
  options: LoadOptions = {},
): Result<Frozen<z.output<S>>, readonly Fault[]> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
    return fail([{ path: '', line: null, message: `cannot be read (${code})` }]);
  }
  return parseConfig(part, text, { files: diskFiles(dirname(resolve(file))), ...options });
}

/** `loadConfig` for text that is at hand; relative paths start at `options.files.directory`, default the working directory. */
export function parseConfig<S extends z.ZodType>(
  part: Part<S>,
  text: string,
  options: LoadOptions = {},
): Result<Frozen<z.output<S>>, readonly Fault[]> {
  const document = parseConfigDocument(text, options.environment ?? processEnvironment);
  if (!document.ok) return document;
  const parsed = part(fileKinds(options.files ?? diskFiles(process.cwd()))).safeParse(document.value.value);
  const faults = faultsOf(parsed.success ? [] : parsed.error.issues, document.value);
  return parsed.success && faults.length === 0 ? ok(freeze(parsed.data)) : fail(faults);
}

const diskFiles = (directory: string): FileAccess => ({
  directory,
  readText: (path) => readFileSync(path, 'utf8'),
});

function freeze<T>(value: T): Frozen<T> {
  // The elements of a typed array cannot be frozen.
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const inner of Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value as Frozen<T>;
}
