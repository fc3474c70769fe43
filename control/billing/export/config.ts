import { z } from 'zod';
import { flag, integer } from '../../config/kinds.ts';

/** `details`: the files of detail records, for the operator's own billing. */
export const detailsPart = () =>
  z.strictObject({
    jsonl: flag().default(true),
    csv: flag().default(true),
    /** A file is closed once it has this size, or its first record this age. */
    fileKilobytes: integer(1, 10_000_000).default(64_000),
    fileMinutes: integer(1, 10_080).default(60),
    /** How long files are kept; 0: until somebody takes them away. */
    fileDays: integer(0, 36_500).default(0),
    /** How long records stay in the store once they are in a file; 0: for good. */
    storeDays: integer(0, 36_500).default(90),
  });

export type DetailsConfig = z.output<ReturnType<typeof detailsPart>>;
