import type { FrontDoor } from '../http/server.ts';
import type { Closer } from './closers.ts';
import type { Inheritance } from './premises.ts';

/**
 * Follows the predecessor's last calls, and has ours opened once they have ended: SIP's addresses, the media ports and
 * the records of calls are one process's at a time. Requests about calls are led to the predecessor while it has them,
 * and wait for the moment in which nobody has. If ours cannot be opened the edge is `lost`.
 */
export function followCalls(
  { callsEnding, callsWait, callsFree }: Inheritance,
  door: Pick<FrontDoor, 'detour' | 'detoursRest'>,
  open: () => Promise<void>,
  { opened, lost }: { opened: (close: Closer) => void; lost: (reason: string) => void },
): void {
  let ended = false;
  opened(() => {
    ended = true;
  });
  const follow = async (): Promise<void> => {
    await callsEnding;
    door.detour({ unknown: { kind: 'wait' } });
    await door.detoursRest();
    callsWait();
    await callsFree;
    if (ended) return;
    await open();
    door.detour({});
  };
  follow().catch((error: unknown) => lost(`calls cannot be had: ${String(error)}`));
}
