/**
 * How many messages a second does one edge take from a tenant's SMPP session and bring to a carrier's, durably,
 * beside Kannel's bearerbox, which relays from one SMPP connection to another and syncs nothing?
 *
 * Debian's Kannel has no SMPP server, so its messages come in as deliver_sm of a peer SMSC and go out as
 * submit_sm (`reroute-smsc-id`); ours come in as submit_sm of a tenant. The bytes of a message are the same.
 */
import { parseArgs } from 'node:util';
import { startKannel } from '../test/peers/kannel.ts';
import { SmscProcess } from '../test/peers/smsc-process.ts';
import { Edge } from './support/edge.ts';
import { LoadProcess } from './support/load-process.ts';
import { countCpu, type Spent } from './support/machine.ts';
import { judge, percent, say, table, whole, type Claim } from './support/print.ts';
import { bodyText, senderNumber, submitSm } from './support/requests.ts';
import { settle } from './support/settle.ts';

const { values: options } = parseArgs({
  options: {
    messages: { type: 'string', default: '60000' },
    rounds: { type: 'string', default: '2' },
    /** Requests without a response at one time, on either side. */
    windows: { type: 'string', default: '50,200,1000' },
    /** `kannel`, `edge` or `both`. */
    only: { type: 'string', default: 'both' },
  },
});
const messages = Number(options.messages);
const windows = options.windows.split(',').map(Number);
const warmUpMessages = 20_000;
const senders = 1000;
const oneRunMs = 60_000;

interface Run {
  readonly name: string;
  readonly window: number;
  readonly perSecond: number;
  readonly serverUs: number;
  readonly peersUs: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
  readonly strangers: number;
}

/** What the carrier's SMSC has to say of a run, once it is quiet. */
async function account(
  name: string,
  window: number,
  count: number,
  carrier: SmscProcess,
  beganMs: number,
  ended: () => Spent,
): Promise<Run> {
  const counts = await settle(carrier, count);
  const { usByName, strangers } = ended();
  const census = await carrier.census(count);
  const perMessage = (us = 0): number => us / Math.max(1, counts.accepted);
  return {
    name,
    window,
    perSecond: (counts.accepted * 1000) / Math.max(1, counts.lastSubmitMs - beganMs),
    serverUs: perMessage(usByName['server']),
    peersUs: perMessage((usByName['carrier'] ?? 0) + (usByName['tenant'] ?? 0)),
    lost: census.missing,
    duplicates: census.duplicates,
    outOfOrder: census.outOfOrder,
    strangers,
  };
}

/** One life of bearerbox between two SMSCs: a warm-up and a run. */
async function kannelRun(window: number): Promise<Run> {
  const carrier = await SmscProcess.start({ keep: true });
  const tenant = await SmscProcess.start({ deliverWindow: window });
  try {
    const login = { systemId: 'bench', password: 'secret', window, takesOnlyItsOwn: true };
    const kannel = await startKannel(
      [
        { id: 'tenant', port: tenant.port, rerouteTo: 'carrier', ...login },
        { id: 'carrier', port: carrier.port, ...login },
      ],
      { sendsms: false },
    );
    const load = {
      source: senderNumber(0).slice(1),
      destination: '13125550000',
      body: bodyText.slice(0, -' #'.length),
    };
    try {
      await tenant.sendInbound({ count: warmUpMessages, ...load });
      await settle(carrier, warmUpMessages);
      await carrier.reset();
      const ended = countCpu({
        server: [kannel.pids.bearerbox],
        carrier: [carrier.pid],
        tenant: [tenant.pid],
      });
      const beganMs = Date.now();
      await tenant.sendInbound({ count: messages, ...load });
      return await account('Kannel bearerbox', window, messages, carrier, beganMs, ended);
    } finally {
      await kannel.stop();
    }
  } finally {
    await tenant.stop();
    await carrier.stop();
  }
}

/** One life of an edge between a tenant and an SMSC: a warm-up and a run. */
async function edgeRun(window: number): Promise<Run> {
  const carrier = await SmscProcess.start({ keep: true });
  try {
    const edge = await Edge.create({ carrierPort: carrier.port, senders, window });
    const tenant = new LoadProcess();
    const load = {
      port: edge.smppPort,
      systemId: edge.sid,
      password: edge.token,
      template: submitSm({ senders }),
      window,
      firstNumber: 0,
      durationMs: oneRunMs,
    };
    try {
      await tenant.smpp({ ...load, requests: warmUpMessages });
      await settle(carrier, warmUpMessages);
      await carrier.reset();
      const ended = countCpu({ server: edge.pids(), carrier: [carrier.pid], tenant: [tenant.pid] });
      const result = await tenant.smpp({ ...load, requests: messages });
      const refused = Object.entries(result.others).map(([code, count]) => `${count} with status ${code}`);
      if (refused.length > 0) throw new Error(`the edge refused ${refused.join(', ')}`);
      return await account('Strowger', window, messages, carrier, result.beganMs, ended);
    } finally {
      tenant.stop();
      await edge.remove();
    }
  } finally {
    await carrier.stop();
  }
}

const runs: Run[] = [];
for (let round = 0; round < Number(options.rounds); round++) {
  for (const window of windows) {
    if (options.only !== 'edge') runs.push(await kannelRun(window));
    if (options.only !== 'kannel') runs.push(await edgeRun(window));
  }
}

say(
  table(
    ['relay', 'window', 'msgs/s', 'CPU us/msg', 'peers us/msg', 'lost', 'twice', 'out of order', 'strangers'],
    runs.map((run) => [
      run.name,
      String(run.window),
      whole(run.perSecond),
      run.serverUs.toFixed(0),
      run.peersUs.toFixed(0),
      String(run.lost),
      String(run.duplicates),
      String(run.outOfOrder),
      percent(run.strangers),
    ]),
  ),
);
say();

const ours = runs.filter((run) => run.name === 'Strowger');
const theirs = runs.filter((run) => run.name !== 'Strowger');
const claims: Claim[] = [];
if (ours.length > 0) {
  claims.push({
    claim: 'Strowger: nothing lost, sent twice or out of order',
    holds: ours.every((run) => run.lost === 0 && run.duplicates === 0 && run.outOfOrder === 0),
  });
}
if (ours.length > 0 && theirs.length > 0) {
  const fastest = (of: readonly Run[]): number => Math.max(...of.map((run) => run.perSecond));
  const [us, them] = [fastest(ours), fastest(theirs)];
  claims.push({
    claim: `Strowger ${whole(us)} msgs/s, bearerbox ${whole(them)}: ${(us / them).toFixed(2)} times as many; at least 1`,
    holds: us >= them,
  });
}
judge(claims);
