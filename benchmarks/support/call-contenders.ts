import { freePorts } from '../../test/peers/ports.ts';
import type { BareQuestion, BareState } from './bare-main.ts';
import type { CallContender } from './call-sample.ts';
import type { EchoPorts } from './echo-main.ts';
import { Edge } from './edge.ts';
import { Forked } from './forked.ts';
import { Kamailio } from './kamailio.ts';
import { senderNumber } from './requests.ts';
import { calleeScenario, callerScenario, type CallerScenario } from './sipp-scenarios.ts';
import { Sipp } from './sipp.ts';

/** How long a caller holds a call that it ends itself. */
const holdMs = 100;
/** Where nobody sends sound. */
const silentPort = 15_002;

/** The embedded SIP server and a bare application, in one process. */
export interface Bare extends CallContender {
  readonly pid: number;
  state(): Promise<BareState>;
}

export async function bare(): Promise<Bare> {
  const program = new Forked<BareQuestion>('bare-main');
  return {
    name: 'SIP server, bare application',
    port: await program.ask<number>('port'),
    user: 'load',
    scenario: callerScenario({ rtpPort: silentPort, hangsUp: { afterMs: 0 } }),
    processes: () => ({ both: [program.pid] }),
    peers: () => ({}),
    threadsOf: program.pid,
    pid: program.pid,
    state: () => program.ask('state'),
    stop: () => program.stop(),
  };
}

export async function kamailio(): Promise<CallContender> {
  const [port = 0, calleePort = 0] = await freePorts(2);
  const callee = await Sipp.callee(calleeScenario(silentPort), calleePort);
  try {
    const relay = await Kamailio.start(port, calleePort);
    return {
      name: 'Kamailio, stateful relay',
      port,
      user: '+13125550142',
      scenario: callerScenario({ rtpPort: silentPort, hangsUp: { afterMs: holdMs } }),
      processes: () => ({ kamailio: relay.pids() }),
      peers: () => ({ callee: [callee.pid] }),
      callees: () => callee.counts(),
      stop: async () => {
        await relay.stop();
        await callee.stop();
      },
    };
  } catch (error) {
    await callee.stop();
    throw error;
  }
}

/** One edge between callers, called phones and an application; each kind of call is a number of its own. */
export interface EdgeCalls {
  /** The application plays a second of sound, and the edge hangs up. */
  readonly ivr: CallContender;
  /** The application dials a phone; the caller hangs up. */
  readonly bridged: CallContender;
  /** A tenth of a second of sound. */
  readonly short: CallContender;
  readonly edge: Edge;
  readonly stop: () => Promise<void>;
}

export async function edgeCalls(): Promise<EdgeCalls> {
  const closers: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const web = new Forked<'port'>('web-main');
    closers.push(() => web.stop());
    const echo = new Forked<'ports' | 'packets'>('echo-main');
    closers.push(() => echo.stop());
    const webPort = await web.ask<number>('port');
    const ports = await echo.ask<EchoPorts>('ports');
    const [calleePort = 0] = await freePorts(1);
    const callee = await Sipp.callee(calleeScenario(ports.silent), calleePort);
    closers.push(() => callee.stop());
    const pages = ['second', 'bridge', 'short'];
    const voiceUrls = pages.map((page) => `http://127.0.0.1:${webPort}/${page}`);
    const edge = await Edge.create({ senders: pages.length, calls: { trunkPort: calleePort, voiceUrls } });
    closers.push(async () => {
      await edge.stop();
      await edge.remove();
    });
    const contender = (name: string, number: number, caller: CallerScenario): CallContender => {
      const [main = 0] = edge.pids();
      return {
        name,
        port: edge.sipPort,
        user: senderNumber(number),
        scenario: callerScenario(caller),
        processes: () => {
          const [node = 0, ...workers] = edge.pids();
          return { node: [node], worker: workers };
        },
        peers: () => ({ application: [web.pid], echo: [echo.pid], callee: [callee.pid] }),
        threadsOf: main,
        callees: () => callee.counts(),
        heard: () => echo.ask('packets'),
        stop: () => Promise.resolve(),
      };
    };
    const speaking = { rtpPort: ports.echo, hangsUp: 'other' } as const;
    const silent = { rtpPort: ports.silent, hangsUp: { afterMs: holdMs } };
    return {
      ivr: contender('Strowger, 1 s of sound', 0, speaking),
      bridged: contender('Strowger, bridged', 1, silent),
      short: contender('Strowger, 0.1 s of sound', 2, speaking),
      edge,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
