import type { SmscProcess } from '../../test/peers/smsc-process.ts';
import type { HttpLoad } from './http-load.ts';
import { Histogram } from './histogram.ts';
import { LoadProcess } from './load-process.ts';
import { countCpu } from './machine.ts';
import { settle } from './settle.ts';
import type { Template } from './template.ts';

/** A server that takes messages by HTTP and brings them to an SMSC of its own. */
export interface Contender {
  readonly name: string;
  readonly port: number;
  readonly template: Template;
  readonly smsc: SmscProcess;
  /** Its processes by name; asked anew for each run. */
  processes(): Readonly<Record<string, readonly number[]>>;
  /** What it knows itself of messages that never arrived, by the numbers in their bodies. */
  explain?(numbers: readonly number[]): Promise<string>;
  stop(): Promise<void>;
}

export interface SampleSettings {
  readonly connections: number;
  readonly durationMs: number;
  readonly pace: HttpLoad['pace'];
}

/** One run. Latencies are those of the HTTP answer; CPU is in µs a message. */
export interface Sample {
  readonly name: string;
  readonly connections: number;
  readonly pace: HttpLoad['pace'];
  /** Messages that the SMSC accepted, over the time from the first request to the last submit_sm. */
  readonly perSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
  readonly serverUs: number;
  readonly usByName: Readonly<Record<string, number>>;
  /** Answered 2xx and never seen by the SMSC. */
  readonly lost: number;
  /** Of lost ones, the first few numbers and what the server says of them; '' if none. */
  readonly explanation: string;
  readonly duplicates: number;
  /** Requests answered otherwise, or not at all. */
  readonly refused: number;
  readonly strangers: number;
}

export async function sample(contender: Contender, settings: SampleSettings): Promise<Sample> {
  const { smsc } = contender;
  await smsc.reset();
  const load = new LoadProcess();
  try {
    const peers = { smsc: [smsc.pid], load: [load.pid] };
    const processes = contender.processes();
    const ended = countCpu({ ...processes, ...peers });
    const result = await load.http({
      ...settings,
      port: contender.port,
      template: contender.template,
      firstNumber: 0,
      requests: Infinity,
    });
    const counts = await settle(smsc, result.accepted);
    const spent = ended();
    const census = await smsc.census(result.sent);
    const explanation =
      census.missing > 0 && contender.explain !== undefined
        ? await contender.explain(census.missingFirst)
        : census.missingFirst.join(' ');
    const latency = new Histogram(result.latencyUs);
    const perMessage = (names: readonly string[]): Record<string, number> =>
      Object.fromEntries(
        names.map((name) => [name, (spent.usByName[name] ?? 0) / Math.max(1, counts.accepted)]),
      );
    const server = perMessage(Object.keys(processes));
    return {
      name: contender.name,
      connections: settings.connections,
      pace: settings.pace,
      perSecond: (counts.accepted * 1000) / Math.max(1, counts.lastSubmitMs - result.beganMs),
      p50Us: latency.percentile(0.5),
      p99Us: latency.percentile(0.99),
      maxUs: latency.max,
      serverUs: Object.values(server).reduce((sum, us) => sum + us, 0),
      // The generator's own count: that of the process would include its start.
      usByName: { ...server, ...perMessage(['smsc']), load: result.cpuUs / Math.max(1, counts.accepted) },
      lost: result.accepted - census.distinct,
      explanation,
      duplicates: census.duplicates,
      refused: result.sent - result.accepted,
      strangers: spent.strangers,
    };
  } finally {
    load.stop();
  }
}

/** The run of `name` with the most messages a second. */
export function bestOf(samples: readonly Sample[], name: string): Sample {
  const own = samples.filter((each) => each.name === name);
  const [first] = own;
  if (first === undefined) throw new Error(`no run of ${name}`);
  return own.reduce((best, each) => (each.perSecond > best.perSecond ? each : best), first);
}
