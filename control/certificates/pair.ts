import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** The files of a certificate chain and its key, both PEM. */
export interface PairFiles {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate chain and its key, both PEM. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/** Reads a pair; why not, in words, if it cannot be read. */
export function readPair(files: PairFiles): Pair | string {
  try {
    return { certificate: readFileSync(files.certificate, 'utf8'), key: readFileSync(files.key, 'utf8') };
  } catch (error) {
    return error instanceof Error ? error.message : 'cannot be read';
  }
}

/** Why a pair cannot be used, in words; undefined if it can. */
export function faultOf({ certificate, key }: Pair): string | undefined {
  try {
    createSecureContext({ cert: certificate, key });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'not a certificate and its key';
  }
}

/** Why what is in the files cannot be used, in words; undefined if it can. */
export function pairFault(files: PairFiles): string | undefined {
  const pair = readPair(files);
  return typeof pair === 'string' ? pair : faultOf(pair);
}
