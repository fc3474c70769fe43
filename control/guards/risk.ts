import type { Clock } from '../base/clock.ts';
import { textKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { TableSpec } from '../store/table.ts';
import { Watched } from './watched.ts';

/**
 * What a call to a number risks (https://www.twilio.com/docs/voice/api/dialingpermissions-country-resource): `special`
 * are premium and special services, `tollFraud` ranges that are known for revenue sharing.
 */
export type Risk = 'low' | 'special' | 'tollFraud';

export interface RiskyPrefix {
  /** `+447`, digits after a plus sign. */
  readonly prefix: string;
  readonly risk: Exclude<Risk, 'low'>;
  /** ISO 3166-1 alpha-2; '' for none. */
  readonly country: string;
}

const riskTable: TableSpec<string, Omit<RiskyPrefix, 'prefix'>> = {
  name: 'guard-risky-prefixes',
  key: textKey,
  version: 1,
};

interface View {
  readonly risks: Map<string, Exclude<Risk, 'low'>>;
  readonly lengths: Set<number>;
}

/** Prefixes are held in memory. */
export const riskyPrefixesMax = 200_000;

/** The prefixes of high risk, as the operator has imported them. Without an import there are none. */
export class RiskyPrefixes {
  private readonly watched: Watched<string, Omit<RiskyPrefix, 'prefix'>, View>;

  constructor(store: Store, clock: Clock) {
    this.watched = new Watched(store, riskTable, clock, {
      empty: () => ({ risks: new Map(), lengths: new Set() }),
      add: ({ risks, lengths }, prefix, { risk }) => {
        risks.set(prefix, risk);
        lengths.add(prefix.length);
      },
    });
  }

  /** By the longest prefix that is known. */
  of(e164: string): Risk {
    const { risks, lengths } = this.watched.view;
    let longest = 0;
    let found: Risk = 'low';
    for (const length of lengths) {
      if (length <= longest) continue;
      const risk = risks.get(e164.slice(0, length));
      if (risk === undefined) continue;
      longest = length;
      found = risk;
    }
    return found;
  }

  /** Takes a list in place of the one before. */
  replace(prefixes: readonly RiskyPrefix[]): Promise<void> {
    return this.watched.change((table) => {
      for (const prefix of Array.from(table.keys())) table.remove(prefix);
      for (const { prefix, risk, country } of prefixes) table.put(prefix, { risk, country });
    });
  }

  list(): readonly RiskyPrefix[] {
    return Array.from(this.watched.table.entries(), ([prefix, row]) => ({ prefix, ...row }));
  }
}
