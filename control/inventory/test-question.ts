import { z } from 'zod';
import type { Json } from '../events/protocol.ts';
import type { Verdict } from './verdicts.ts';

const check = z.union([
  z.object({ kind: z.literal(['passed', 'notTried']) }),
  z.object({ kind: z.literal(['undone', 'failed']), why: z.string() }),
]);

const verdict = z.object({ atMs: z.number(), message: check, call: check });

const question = z.object({ numbers: z.array(z.string().max(16)).max(20) });

/** null: the number is not in the inventory. */
const answer = z.object({ verdicts: z.array(z.tuple([z.string(), verdict.nullable()])) });

export type Verdicted = readonly (readonly [e164: string, verdict: Verdict | null])[];

/** What `strowger number test` asks a running edge: to test some numbers. Answered when all have a verdict. */
export const numberTest = {
  ask: 'number test',
  /** Numbers in one question. */
  numbersMax: 20,
  question: (numbers: readonly string[]): Json => ({ numbers }),
  /** undefined for what is no such question. */
  numbersOf: (about: Json): readonly string[] | undefined => question.safeParse(about).data?.numbers,
  answer: (verdicts: Verdicted): Json => ({ verdicts }) as unknown as Json,
  /** undefined for what is no such answer: the edge is of another build. */
  verdictsOf: (value: Json): Verdicted | undefined => answer.safeParse(value).data?.verdicts,
} as const;
