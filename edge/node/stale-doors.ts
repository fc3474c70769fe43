import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { doorPid } from '../../control/config/layout.ts';
import { begunOf } from '../../control/store/claim.ts';

/** Removes the inner doors of processes that were killed before they could. `begun` tells whether a process is there. */
export function removeStaleDoors(data: string, begun: (pid: number) => string | undefined = begunOf): void {
  for (const name of readdirSync(data)) {
    const pid = doorPid(name);
    if (pid !== undefined && begun(pid) === undefined) rmSync(join(data, name), { force: true });
  }
}
