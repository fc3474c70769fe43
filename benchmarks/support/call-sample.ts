import { freePorts } from '../../test/peers/ports.ts';
import { countCpu } from './machine.ts';
import { Sipp, type SippCounts } from './sipp.ts';
import { spentSince, threadsUs } from './threads.ts';

/** A server that calls are placed to. */
export interface CallContender {
  readonly name: string;
  readonly port: number;
  /** Whom the callers ask for. */
  readonly user: string;
  /** The caller's scenario. */
  readonly scenario: string;
  /** Processes whose CPU time a call costs, by name. */
  processes(): Readonly<Record<string, readonly number[]>>;
  /** Other processes of the run, by name. */
  peers(): Readonly<Record<string, readonly number[]>>;
  /** One of the first, shown thread by thread. */
  readonly threadsOf?: number;
  /** What the called phones have counted. */
  callees?(): Promise<SippCounts>;
  /** Packets of sound that callers have heard so far. */
  heard?(): Promise<number>;
  stop(): Promise<void>;
}

export interface CallSample {
  readonly name: string;
  readonly callsPerSecond: number;
  readonly calls: number;
  /** Calls that went wrong, of either side. */
  readonly failed: number;
  /** As both sides count them. */
  readonly retransmissions: number;
  readonly us: number;
  /** CPU time a call of each process, and of the threads of one of them: the main thread first. */
  readonly usByName: Readonly<Record<string, number>>;
  readonly peersByName: Readonly<Record<string, number>>;
  /** Packets of sound that a caller heard. */
  readonly heardPerCall: number;
  readonly strangers: number;
  /** What went wrong first, in sipp's words; '' if nothing. */
  readonly complaint: string;
}

const threadsShown = 3;

/** Calls at a constant rate for `seconds`, to the end of the last one. */
export async function sampleCalls(
  contender: CallContender,
  callsPerSecond: number,
  seconds: number,
): Promise<CallSample> {
  const [port = 0] = await freePorts(1);
  const { scenario, user, threadsOf } = contender;
  const calls = callsPerSecond * seconds;
  const calleesBefore = await contender.callees?.();
  const heardBefore = (await contender.heard?.()) ?? 0;
  const threadsBefore = threadsOf === undefined ? undefined : threadsUs(threadsOf);
  const processes = contender.processes();
  const peers = contender.peers();
  const ended = countCpu({ ...processes, ...peers });
  const load = { scenario, to: { port: contender.port, user }, callsPerSecond, calls };
  const counts = await Sipp.call(load, port);
  const spent = ended();
  const heard = ((await contender.heard?.()) ?? 0) - heardBefore;
  const callees = await contender.callees?.();
  const perCall = (us = 0): number => us / calls;
  const named = (names: object): Record<string, number> =>
    Object.fromEntries(Object.keys(names).map((name) => [name, perCall(spent.usByName[name])]));
  const usByName = named(processes);
  const us = Object.values(usByName).reduce((sum, each) => sum + each, 0);
  if (threadsOf !== undefined && threadsBefore !== undefined) {
    const { main, others } = spentSince(threadsOf, threadsBefore);
    usByName['main thread'] = perCall(main);
    for (const [index, each] of others.slice(0, threadsShown).entries())
      usByName[`thread ${index + 1}`] = perCall(each);
    usByName['others'] = perCall(others.slice(threadsShown).reduce((sum, each) => sum + each, 0));
  }
  return {
    name: contender.name,
    callsPerSecond,
    calls,
    failed: calls - counts.succeeded + (callees?.failed ?? 0) - (calleesBefore?.failed ?? 0),
    retransmissions:
      counts.retransmissions + (callees?.retransmissions ?? 0) - (calleesBefore?.retransmissions ?? 0),
    us,
    usByName,
    peersByName: { ...named(peers), caller: perCall(spent.endedUs) },
    heardPerCall: heard / calls,
    strangers: spent.strangers,
    complaint: counts.complaint || (callees?.complaint ?? ''),
  };
}
