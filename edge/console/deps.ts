import type { Result } from '../../control/base/result.ts';
import type { Sid } from '../../control/base/sid.ts';
import type { HealthReport } from '../../control/health/health.ts';
import type { Ladder } from '../capture/ladder/ladder.ts';
import type { ApiDeps } from '../api/deps.ts';
import type { RecentFigures } from './figures.ts';
import type { RequestLog } from './request-log.ts';
import type { EdgeState } from './state.ts';

/**
 * What was on the wire of a call or a message, masked; a sentence where there is nothing to show. Null: this edge does
 * not capture.
 */
export type WireReader = (subject: 'call' | 'message', sid: Sid) => Promise<Result<Ladder, string>>;

/** What the pages work with. */
export interface ConsoleDeps {
  /** What the REST resources work with: a page shows what they show. */
  readonly api: ApiDeps;
  readonly health: () => HealthReport;
  readonly state: () => EdgeState;
  readonly figures: RecentFigures;
  readonly requests: RequestLog;
  readonly wire: WireReader | null;
}
