import CachePolicy from 'http-cache-semantics';
import type { Clock } from '../../control/base/clock.ts';

/** RFC 9111's rules, by a clock of ours. */
export const policiesBy = (clock: Clock): typeof CachePolicy =>
  class extends CachePolicy {
    override now(): number {
      return clock.now();
    }
  };
