import { z } from 'zod';
import { flag, integer } from '../config/kinds.ts';
import type { LifeRules } from './life.ts';

const dayMs = 86_400_000;

/** `inventory`: the life of numbers. */
export const inventoryPart = () =>
  z.strictObject({
    /** How long a number that was given back rests before it is for sale again; 0: not at all. */
    quarantineDays: integer(0, 3650).default(30),
    /** Whether imported numbers wait until they have passed a test before they are for sale. */
    testNumbers: flag().default(false),
  });

export type InventoryConfig = z.output<ReturnType<typeof inventoryPart>>;

/** The rules that a configuration sets. */
export const lifeRules = ({ quarantineDays, testNumbers }: InventoryConfig): LifeRules => ({
  quarantineMs: quarantineDays * dayMs,
  testsImported: testNumbers,
});
