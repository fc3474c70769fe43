import { faultOf, readMaterial, type Material, type TlsFiles } from './material.ts';

/** The files of a certificate chain and its key, and perhaps of the authorities to trust. */
export type PairFiles = TlsFiles & { readonly certificate: string; readonly key: string };

/** A certificate chain and its key, and perhaps the authorities to trust. */
export type Pair = Material & { readonly certificate: string; readonly key: string };

/** Reads a pair; why not, in words, if it cannot be read. */
export const readPair = (files: PairFiles): Pair | string => readMaterial(files) as Pair | string;

/** Why what is in the files cannot be used, in words; undefined if it can. */
export function pairFault(files: PairFiles): string | undefined {
  const pair = readPair(files);
  return typeof pair === 'string' ? pair : faultOf(pair);
}
