import { statSync } from 'node:fs';
import type { CoreConfig } from '../../config/core.ts';
import { dataLayout } from '../../config/layout.ts';
import { askEdge } from '../../events/client.ts';
import type { Json } from '../../events/protocol.ts';
import { bytesText } from '../columns.ts';
import { done, refused, type Command, type Outcome } from '../command.ts';
import { parseEdgeStatus, statusText } from '../status.ts';

export const status: Command<CoreConfig> = {
  name: 'status',
  summary: 'links, trunks, queue depths, calls in progress, store size',
  needs: 'config',
  run: async (_call, { data }) => {
    const answer = await askEdge(dataLayout(data).controlSocket, 'status');
    if (!answer.ok) {
      return answer.error.kind === 'notRunning' ? atRest(data) : refused(answer.error.reason);
    }
    const found = parseEdgeStatus(answer.value);
    if (found === undefined) return refused('the running edge is of another build than this command');
    return done({ running: true, ...(found as Record<string, Json>) }, statusText(found));
  },
};

/** What can be told without an edge: its links and queues are not there to be asked. */
function atRest(data: string): Outcome {
  const storeBytes = statSync(dataLayout(data).storeFile, { throwIfNoEntry: false })?.size ?? null;
  return done(
    { running: false, links: [], trunks: [], queues: [], calls: 0, store_bytes: storeBytes },
    `the edge is not running\nstore: ${storeBytes === null ? 'none yet' : bytesText(storeBytes)}`,
  );
}
