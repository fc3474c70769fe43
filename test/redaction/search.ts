import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { formsOf } from './forms.ts';
import { Needles, shortestNeedle } from './needles.ts';

/** A secret that there was, and what it was for. */
export interface Secret {
  readonly kind: string;
  readonly text: string;
}

/** A file, and the kinds of secrets that may stand in it. */
export interface Searched {
  readonly path: string;
  readonly allowed: readonly string[];
}

/** What one run has left. */
export interface Evidence {
  readonly secrets: readonly Secret[];
  /** What is searched. */
  readonly logs: readonly Searched[];
  /** Paths of the sources that the run was made of. */
  readonly sources: readonly string[];
}

export interface Verdict {
  /** `FILE holds KIND, n times`; never the secret itself. */
  readonly leaks: readonly string[];
  /** Secrets looked for, by kind. */
  readonly looked: ReadonlyMap<string, number>;
  readonly bytes: number;
}

/** The secrets that the files of a folder name, each once. A line is `[kind, secret]`; the last of a killed process's may be cut. */
export function readSecrets(folder: string): readonly Secret[] {
  const kinds = new Map<string, string>();
  for (const file of readdirSync(folder)) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      if (!line.endsWith(']')) continue;
      const [kind, text] = JSON.parse(line) as [string, string];
      kinds.set(text, kind);
    }
  }
  return Array.from(kinds, ([text, kind]) => ({ kind, text }));
}

/**
 * Looks for each secret in each log. What the sources themselves say is no secret: passwords that a test has written out
 * are left aside.
 */
export function search({ secrets, logs, sources }: Evidence): Verdict {
  const all = needlesOf(secrets);
  const written = new Set(sources.flatMap((path) => [...all.search(piecesOf(path))]));
  const real = secrets.filter((secret) => secret.text.length >= shortestNeedle && !written.has(secret));
  const needles = needlesOf(real);
  const leaks: string[] = [];
  let bytes = 0;
  for (const { path, allowed } of logs) {
    const counts = new Map<string, number>();
    const counted = function* (): Generator<Buffer> {
      for (const piece of piecesOf(path)) {
        bytes += piece.length;
        yield piece;
      }
    };
    for (const { kind } of needles.search(counted()))
      if (!allowed.includes(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    for (const [kind, count] of counts) leaks.push(`${path} holds ${kind}, ${count} times`);
  }
  const looked = new Map<string, number>();
  for (const { kind } of real) looked.set(kind, (looked.get(kind) ?? 0) + 1);
  return { leaks, looked, bytes };
}

function needlesOf(secrets: readonly Secret[]): Needles<Secret> {
  const needles = new Needles<Secret>();
  for (const secret of secrets) for (const form of formsOf(secret.text)) needles.add(form, secret);
  return needles;
}

const pieceBytes = 1_048_576;

function* piecesOf(path: string): Generator<Buffer> {
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const piece = Buffer.allocUnsafe(pieceBytes);
      const read = readSync(file, piece);
      if (read === 0) return;
      yield piece.subarray(0, read);
    }
  } finally {
    closeSync(file);
  }
}
