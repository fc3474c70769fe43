import { setTimeout } from 'node:timers/promises';
import { begunOf, Claim } from '../../control/store/claim.ts';
import type { Log } from '../../control/log/log.ts';
import type { Messaging } from '../messaging/messaging.ts';
import type { Books } from './books.ts';
import type { Closers } from './closers.ts';
import type { CarrierLink } from './links.ts';

/** The longest that applications may take to answer what they have been asked; a webhook's own limit is shorter. */
const answersMs = 20_000;

/**
 * Makes this process the one that works on the store, until it yields; throws if another does. From then on what its
 * last calls cost is left to the other.
 */
export async function claimStore(
  { store, wallet, bequests, heir }: Pick<Books, 'store' | 'wallet' | 'bequests' | 'heir'>,
  closers: Closers,
): Promise<void> {
  const claim = await Claim.take(store, begunOf);
  if (!claim.ok)
    throw new Error(
      `process ${claim.error} works on this store already: stop it, or have it start a successor with SIGHUP`,
    );
  closers.add(async () => {
    bequests.begin();
    await claim.value.release();
    wallet.forget();
  });
  closers.add(() => heir.stop());
  heir.start();
}

/**
 * Lets what is under way with applications and carriers end, and begins nothing new with either. Messages are still
 * taken meanwhile; they wait on disk.
 */
export async function ceaseSending(
  messaging: Pick<Messaging, 'rest' | 'stop'>,
  links: ReadonlyMap<string, Pick<CarrierLink, 'link'>>,
  log: Log,
): Promise<void> {
  const end = await Promise.race([messaging.rest(), setTimeout(answersMs, 'late', { ref: false })]);
  if (end === 'late')
    log.warn({}, 'an application was still being asked at the hand-over; it is asked again');
  messaging.stop();
  await Promise.all(Array.from(links.values(), ({ link }) => link.stop()));
}
