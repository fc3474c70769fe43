import type { Clock } from '../../control/base/clock.ts';
import type { Random } from '../../control/base/random.ts';
import type { Json } from '../../control/events/protocol.ts';
import type { InventoryConfig } from '../../control/inventory/config.ts';
import { numberTest } from '../../control/inventory/test-question.ts';
import type { Log } from '../../control/log/log.ts';
import type { DeliverSm } from '../smpp/message.ts';
import { MessageProbe } from '../trials/message-probe.ts';
import { TrialSchedule } from '../trials/schedule.ts';
import { Trials } from '../trials/trials.ts';
import type { Books } from './books.ts';
import type { Calls } from './calls.ts';
import type { CarrierLink } from './links.ts';

export interface NumberTrials {
  /** Whether a carrier brings a text of a test. */
  claimsMessage(carrier: string, sm: DeliverSm): boolean;
  /** The answer to `strowger number test`. */
  readonly answer: (about: Json) => Promise<Json>;
  /** Tests by itself what is due. */
  start(): void;
  stop(): void;
}

/** Tests of this edge's numbers, over its links and trunks. */
export function openTrials(
  { everyDays, perHour, patienceSeconds, from }: InventoryConfig['test'],
  {
    books: { inventory, numberLives },
    links,
    calls,
    clock,
    random,
    log,
  }: {
    readonly books: Pick<Books, 'inventory' | 'numberLives'>;
    readonly links: ReadonlyMap<string, CarrierLink>;
    /** Null: there are none, or not yet. */
    readonly calls: () => Calls | null;
    readonly clock: Clock;
    readonly random: Random;
    readonly log: Log;
  },
): NumberTrials {
  const trials = new Trials({
    messages: new MessageProbe(links, clock, random),
    calls: () => calls()?.probe ?? null,
    lookup: (e164) => inventory.number(e164),
    judge: (e164, verdict) => numberLives.judge(e164, verdict),
    clock,
    patienceMs: patienceSeconds * 1000,
    from,
  });
  const schedule = new TrialSchedule({
    numbers: numberLives,
    test: (e164) => trials.test(e164),
    clock,
    everyDays,
    perHour,
    failed: (error) => log.error({ error: String(error) }, 'the test of a number could not be kept'),
  });
  return {
    claimsMessage: (carrier, sm) => trials.claimsMessage(carrier, sm),
    answer: async (about) => {
      const numbers = numberTest.numbersOf(about);
      if (numbers === undefined) throw new Error(`expected at most ${numberTest.numbersMax} numbers to test`);
      const verdicts = numbers.map(async (e164) => [e164, (await trials.test(e164)) ?? null] as const);
      return numberTest.answer(await Promise.all(verdicts));
    },
    start: () => schedule.start(),
    stop: () => {
      schedule.stop();
      trials.stop();
    },
  };
}
