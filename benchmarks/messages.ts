/**
 * How many messages a second does one edge take by REST and bring to a carrier's SMSC, durably, beside Kannel's
 * sendsms, which syncs nothing? How long does the 201 take at half that rate, and what CPU does a message cost?
 *
 * Everything runs on this machine at once: the load generator, the SMSC and what is measured, each in processes of
 * its own. Run it on an idle one.
 */
import { parseArgs } from 'node:util';
import { startKannel } from '../test/peers/kannel.ts';
import { SmscProcess } from '../test/peers/smsc-process.ts';
import { Edge } from './support/edge.ts';
import { judge, ms, percent, say, table, whole, type Claim } from './support/print.ts';
import { createMessage, sendsms } from './support/requests.ts';
import { bestOf, sample, type Contender, type Sample } from './support/sample.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '32,64,128' },
    senders: { type: 'string', default: '1000' },
    window: { type: 'string', default: '500' },
    /** `kannel`, `edge` or `both`. */
    only: { type: 'string', default: 'both' },
  },
});
const durationMs = Number(options.seconds) * 1000;
const rounds = Number(options.rounds);
const connections = options.connections.split(',').map(Number);
const senders = Number(options.senders);
const warmUpMs = 3_000;
const p99LimitMs = 25;

async function kannel(immediateReply: boolean): Promise<Contender> {
  const smsc = await SmscProcess.start({ keep: true });
  try {
    const peer = await startKannel(
      [{ id: 'alpha', port: smsc.port, systemId: 'bench', password: 'secret', window: 50 }],
      { immediateReply },
    );
    return {
      name: immediateReply ? 'Kannel, replying at once' : 'Kannel',
      port: peer.sendsmsPort,
      template: sendsms('127.0.0.1', peer.user, peer.password, { senders }),
      smsc,
      processes: () => ({ bearerbox: [peer.pids.bearerbox], smsbox: [peer.pids.smsbox ?? 0] }),
      stop: async () => {
        await peer.stop();
        await smsc.stop();
      },
    };
  } catch (error) {
    await smsc.stop();
    throw error;
  }
}

async function edge(): Promise<Contender> {
  const smsc = await SmscProcess.start({ keep: true });
  try {
    const peer = await Edge.create({ carrierPort: smsc.port, senders, window: Number(options.window) });
    return {
      name: 'Strowger',
      port: peer.apiPort,
      template: createMessage(`127.0.0.1:${peer.apiPort}`, peer.sid, peer.token, { senders }),
      smsc,
      processes: () => ({ edge: peer.pids() }),
      explain: (numbers) => peer.explain(numbers),
      stop: async () => {
        await peer.remove();
        await smsc.stop();
      },
    };
  } catch (error) {
    await smsc.stop();
    throw error;
  }
}

const makers: (() => Promise<Contender>)[] = [];
if (options.only !== 'edge')
  makers.push(
    () => kannel(false),
    () => kannel(true),
  );
if (options.only !== 'kannel') makers.push(edge);

const contenders: Contender[] = [];
const samples: Sample[] = [];
const paced: Sample[] = [];
try {
  for (const make of makers) contenders.push(await make());
  for (const contender of contenders) {
    await sample(contender, { connections: 32, durationMs: warmUpMs, pace: 'closed' });
  }
  for (let round = 0; round < rounds; round++) {
    for (const count of connections) {
      for (const contender of contenders) {
        samples.push(await sample(contender, { connections: count, durationMs, pace: 'closed' }));
      }
    }
  }
  const bests = contenders.map((contender) => bestOf(samples, contender.name).perSecond);
  const halves = [...new Set(bests.map((best) => Math.floor(best / 2)))];
  for (const perSecond of halves) {
    for (const contender of contenders) {
      const own = bestOf(samples, contender.name).perSecond;
      if (perSecond > own) continue;
      paced.push(await sample(contender, { connections: 128, durationMs, pace: { perSecond } }));
    }
  }
} finally {
  for (const contender of contenders) await contender.stop();
}

const row = (each: Sample): string[] => [
  each.name,
  String(each.connections),
  each.pace === 'closed' ? 'closed' : whole(each.pace.perSecond),
  whole(each.perSecond),
  ms(each.p50Us),
  ms(each.p99Us),
  ms(each.maxUs),
  each.serverUs.toFixed(0),
  Object.entries(each.usByName)
    .map(([name, us]) => `${name} ${us.toFixed(0)}`)
    .join(', '),
  String(each.lost),
  String(each.duplicates),
  percent(each.strangers),
];
const head = 'server,conns,offered/s,msgs/s,p50 ms,p99 ms,max ms,CPU us/msg,of it,lost,twice,strangers'.split(
  ',',
);
say('As fast as each answer lets the next request go:');
say(table(head, samples.map(row)));
say();
say('At a constant rate, measured from the moment each request was due:');
say(table(head, paced.map(row)));
say();

for (const each of [...samples, ...paced].filter(({ explanation }) => explanation !== '')) {
  say(`${each.name}, messages that never arrived:\n${each.explanation}\n`);
}

const claims: Claim[] = [...samples, ...paced]
  .filter((each) => each.lost > 0 || each.duplicates > 0 || each.refused > 0)
  .map((each) => ({
    claim: `${each.name}: nothing lost, sent twice or refused (lost ${each.lost}, twice ${each.duplicates}, refused ${each.refused})`,
    holds: false,
  }));
if (options.only === 'both') {
  const theirs = ['Kannel', 'Kannel, replying at once'].map((name) => bestOf(samples, name));
  const kannelBest = theirs.reduce((a, b) => (b.perSecond > a.perSecond ? b : a));
  const ours = bestOf(samples, 'Strowger');
  const atHalf = paced.filter((each) => each.name === 'Strowger').map((each) => each.p99Us / 1000);
  const worst = Math.max(...atHalf);
  claims.push(
    {
      claim: `Strowger ${whole(ours.perSecond)} msgs/s, Kannel ${whole(kannelBest.perSecond)}: ${(ours.perSecond / kannelBest.perSecond).toFixed(2)} times as many; at least 1`,
      holds: ours.perSecond >= kannelBest.perSecond,
    },
    {
      claim: `p99 of the 201 at half that rate ${worst.toFixed(1)} ms; under ${p99LimitMs}`,
      holds: atHalf.length > 0 && worst < p99LimitMs,
    },
  );
  say(
    `CPU a message: Strowger ${ours.serverUs.toFixed(0)} us, Kannel ${kannelBest.serverUs.toFixed(0)} us ` +
      `(${(ours.serverUs / kannelBest.serverUs).toFixed(2)} times)`,
  );
}
judge(claims);
