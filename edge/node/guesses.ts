import type { Clock } from '../../control/base/clock.ts';
import { FailedLogins } from '../http/failed-logins.ts';
import { partyOfText } from '../http/remote.ts';
import type { Guesses } from '../voice/srf/domain-door.ts';

/** Wrong secrets of SIP endpoints, counted as those of REST are: 60 a minute for each address, or IPv6 /64. */
export function sipGuesses(clock: Clock): Guesses {
  const failures = new FailedLogins(clock);
  const partyOf = (address: string): string => partyOfText(address) ?? address;
  return {
    failed: (address) => failures.failed(partyOf(address)),
    blockedMs: (address) => failures.blockedMs(partyOf(address)),
  };
}
