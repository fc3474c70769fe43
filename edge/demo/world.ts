import type { Clock } from '../../control/base/clock.ts';
import type { LoopbackCarrier } from '../loopback/carrier.ts';
import type { LoopbackTrunk } from '../loopback/voice/trunk.ts';
import type { DemoAccount } from './books.ts';
import type { Facts } from './facts.ts';
import type { Screen } from './screen.ts';

/** What the stories of the demo are told with. */
export interface World {
  readonly clock: Clock;
  readonly facts: Facts;
  readonly screen: Screen;
  readonly carrier: LoopbackCarrier;
  /** The carrier's side for calls. */
  readonly trunk: LoopbackTrunk;
  readonly account: DemoAccount;
  /** The account's number. */
  readonly number: string;
  /** Segments a second that it sends. */
  readonly pacePerSecond: number;
  /** A phone of the carrier. */
  readonly phone: string;
  /** Where the REST API is. */
  readonly api: string;
  /** Where phones leave what they have heard. */
  readonly recordings: string;
  /** Where the application hears of statuses. */
  readonly statusCallback: string;
}
