import { z } from 'zod';
import type { Kinds } from '../config/kinds.ts';

/** `vault`: where the seal key is kept. */
export interface VaultConfig {
  /** Default: `keys/seal.key` in the data folder. */
  readonly key?: { readonly file: string } | undefined;
}

export const vaultPart = (kinds: Kinds) =>
  z.strictObject({ key: z.strictObject({ file: kinds.path() }).optional() });
