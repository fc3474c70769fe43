import { z } from 'zod';
import { flag, integer, textKind } from '../config/kinds.ts';
import { isE164Form } from './e164.ts';
import type { LifeRules } from './life.ts';

const dayMs = 86_400_000;

/** `inventory`: the life of numbers. */
export const inventoryPart = () =>
  z.strictObject({
    /** How long a number that was given back rests before it is for sale again; 0: not at all. */
    quarantineDays: integer(0, 3650).default(30),
    /** Whether imported numbers wait until they have passed a test before they are for sale. */
    testNumbers: flag().default(false),
    /** Tests of numbers, by `strowger number test` and by themselves. */
    test: z
      .strictObject({
        /** Each number that is for sale, has an account or waits for its test is tested so often; 0: none is by itself. */
        everyDays: integer(0, 365).default(0),
        perHour: integer(1, 100_000).default(60),
        /** How long a message and a call may take to come back. */
        patienceSeconds: integer(1, 300).default(30),
        /** Whom tests come from; by default a number texts and calls itself. */
        from: textKind('a number in E.164, such as +14155552671', (text) =>
          isE164Form(text) ? text : undefined,
        ).optional(),
      })
      .prefault({}),
  });

export type InventoryConfig = z.output<ReturnType<typeof inventoryPart>>;

/** The rules that a configuration sets. */
export const lifeRules = ({
  quarantineDays,
  testNumbers,
}: Pick<InventoryConfig, 'quarantineDays' | 'testNumbers'>): LifeRules => ({
  quarantineMs: quarantineDays * dayMs,
  testsImported: testNumbers,
});
