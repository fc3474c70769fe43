import type { HealthReport } from '../../control/health/health.ts';
import type { ApiDeps } from '../api/deps.ts';
import type { RecentFigures } from './figures.ts';
import type { RequestLog } from './request-log.ts';
import type { EdgeState } from './state.ts';

/** What the pages work with. */
export interface ConsoleDeps {
  /** What the REST resources work with: a page shows what they show. */
  readonly api: ApiDeps;
  readonly health: () => HealthReport;
  readonly state: () => EdgeState;
  readonly figures: RecentFigures;
  readonly requests: RequestLog;
}
