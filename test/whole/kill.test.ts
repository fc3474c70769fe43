import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FastSmsc } from '../peers/fast-smsc.ts';
import { receiptOf } from '../peers/smsc-receipt.ts';
import type { RecordedMessage } from '../peers/smsc-record.ts';
import { carrierLines, EdgeProcess, until, type Credentials } from './edge-process.ts';
import { draw, load, type Acknowledged } from './load.ts';
import { Rest, type MessageJson } from './rest.ts';

const senders = ['+14155550100', '+14155550101', '+14155550102', '+14155550103'];
const kills = 4;
const window = 20;
const password = 'secret';

/** The carrier: an SMSC that shuts its door while the edge's books are read, and sends receipts when told to. */
class Carrier {
  readonly smsc = new FastSmsc({ keep: true, password });

  taken(): RecordedMessage[] {
    return [...this.smsc.record.messages()].filter(({ status }) => status === 0);
  }

  /** How often each body was taken. */
  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { body } of this.taken()) counts.set(body, (counts.get(body) ?? 0) + 1);
    return counts;
  }

  refuseBinds(): void {
    this.smsc.behaviour = { ...this.smsc.behaviour, password: 'another' };
  }

  async admitBinds(): Promise<void> {
    this.smsc.behaviour = { ...this.smsc.behaviour, password };
    await until('the link is bound', () => this.smsc.counts.boundNow > 0);
  }

  /** Receipts for the messages from index `from` on. The n-th message taken has the id n, counted from 1. */
  sendReceipts(from: number): number {
    const taken = this.taken();
    for (let index = from; index < taken.length; index++) {
      const { source, destination } = taken[index]!;
      const about = {
        id: index + 1,
        source,
        destination,
        state: 'DELIVRD',
        submittedMs: Date.UTC(2026, 0, 1),
      };
      this.smsc.sendDeliver(receiptOf({ ...about, form: index % 2 === 0 ? 'text' : 'both' }));
    }
    return taken.length;
  }
}

const isSettled = ({ status }: MessageJson): boolean => status === 'sent' || status === 'delivered';

describe('kill -9 under load', () => {
  it(
    'loses nothing acknowledged, repeats nothing confirmed, and matches receipts',
    { timeout: 60_000 },
    async (test) => {
      const below = draw(20_260_131);
      const carrier = new Carrier();
      const port = await carrier.smsc.listen();
      const edge = await EdgeProcess.create(() => [
        'http: { listen: 127.0.0.1:0 }',
        ...carrierLines(port, [`window: ${window}`]),
      ]);
      try {
        const account = await edge.account(senders);
        const acknowledged: Acknowledged = new Map();
        /** Bodies that the books called sent, with how often the carrier had taken them by then. */
        const settled = new Map<string, number>();
        let receiptsSent = 0;
        for (let round = 0; round < kills; round++) {
          const rest = await restart(edge, carrier, account, settled);
          receiptsSent = carrier.sendReceipts(receiptsSent);
          const traffic = load(rest, senders, acknowledged, round, 50 + below(400));
          await traffic.enoughAcknowledged;
          await new Promise((resolve) => setTimeout(resolve, below(20)));
          await edge.stop('SIGKILL');
          await traffic.stop();
        }
        const rest = await restart(edge, carrier, account, settled);
        const unsubmitted = (): string[] => {
          const counts = carrier.counts();
          return [...acknowledged.keys()].filter((body) => !counts.has(body));
        };
        await until('every acknowledged message is submitted', () => unsubmitted().length === 0);
        await until('nothing waits', async () => (await rest.list()).every(isSettled));
        // Again for all of them: those on their way when the edge was killed were not answered.
        carrier.sendReceipts(0);
        await until('every message is delivered', async () =>
          (await rest.list()).every(({ status }) => status === 'delivered'),
        );

        const listed = new Map((await rest.list()).map((message) => [message.body, message.sid]));
        const counts = carrier.counts();
        for (const [body, sid] of acknowledged) assert.equal(listed.get(body), sid, body);
        for (const [body, before] of settled)
          assert.equal(counts.get(body), before, `${body} was sent again`);
        assert.ok(settled.size > 0, 'messages were confirmed before a kill');
        // Those whose response was on its way to the disk may be there twice; how many is the machine's affair.
        const repeats = [...counts.values()].reduce((sum, count) => sum + count - 1, 0);
        test.diagnostic(
          `${acknowledged.size} acknowledged, ${settled.size} confirmed at a kill, ${repeats} repeated`,
        );
        assert.deepEqual(
          edge.log.split('\n').filter((line) => /"level":"(error|fatal)"/.test(line)),
          [],
        );
        assert.equal(await edge.stop(), 0);
      } finally {
        await edge.remove();
        await carrier.smsc.close();
      }
    },
  );
});

/** Starts the edge, reads from its books what is settled while it can submit nothing, and lets it bind. */
async function restart(
  edge: EdgeProcess,
  carrier: Carrier,
  account: Credentials,
  settled: Map<string, number>,
): Promise<Rest> {
  carrier.refuseBinds();
  const { api } = await edge.start();
  const rest = new Rest(api, account);
  const counts = carrier.counts();
  for (const message of await rest.list()) {
    if (isSettled(message)) settled.set(message.body, counts.get(message.body) ?? 0);
  }
  await carrier.admitBinds();
  return rest;
}
