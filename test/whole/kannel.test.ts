import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { FastSmsc } from '../peers/fast-smsc.ts';
import { sendText, startKannel, type Kannel } from '../peers/kannel.ts';
import { freePorts } from '../peers/ports.ts';
import type { RecordedMessage } from '../peers/smsc-record.ts';
import { carrierLines, EdgeProcess, until, type Credentials } from './edge-process.ts';
import { Rest } from './rest.ts';

const sender = '+14155550100';
const udhIndicator = 0x40;
/** What Kannel's `%d` says. */
const delivered = '1';
const accepted = '8';
const refusedBySmsc = '16';

describe('Kannel as a tenant', { timeout: 60_000 }, () => {
  const smsc = new FastSmsc({ keep: true, receipts: { delayMs: 20, form: 'both', states: [] } });
  /** Kinds of the reports that Kannel passed on, by the name of the message. */
  const reports = new Map<string, string[]>();
  const incoming: Record<string, string>[] = [];
  const application = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    if (request.url?.startsWith('/incoming') === true) incoming.push(Object.fromEntries(query));
    const name = query.get('name') ?? '';
    reports.set(name, [...(reports.get(name) ?? []), query.get('kind') ?? '']);
    response.end();
  });
  let edge: EdgeProcess | undefined;
  let kannel: Kannel | undefined;
  let account: Credentials;
  let rest: Rest;

  before(async () => {
    await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
    const carrierPort = await smsc.listen();
    const [tenantPort = 0] = await freePorts(1);
    edge = await EdgeProcess.create(() => [
      'http: { listen: 127.0.0.1:0 }',
      `smpp: { listen: 127.0.0.1:${tenantPort} }`,
      ...carrierLines(carrierPort),
    ]);
    account = await edge.account([sender]);
    const { system_id: systemId, password } = (await edge.done('account', 'smpp', account.sid, '--json')) as {
      system_id: string;
      password: string;
    };
    rest = new Rest((await edge.start()).api, account);
    const { port } = application.address() as AddressInfo;
    kannel = await startKannel([{ id: 'edge', port: tenantPort, systemId, password }], {
      incomingUrl: `http://127.0.0.1:${port}/incoming?from=%p&to=%P&text=%a`,
    });
  });
  after(async () => {
    await kannel?.stop();
    await edge?.remove();
    await smsc.close();
    await new Promise((resolve) => application.close(resolve));
  });

  async function send(name: string, to: string, text: string): Promise<void> {
    const { port } = application.address() as AddressInfo;
    const dlrUrl = `http://127.0.0.1:${port}/report?name=${name}&kind=%d`;
    assert.equal((await sendText(kannel!, { from: sender, to, text, dlrUrl, dlrMask: 31 })).status, 202);
  }

  const takenFor = (to: string): RecordedMessage[] =>
    [...smsc.record.messages()].filter(({ destination }) => `+${destination}` === to);

  it('sends a message and hears that it was delivered', async () => {
    const to = '+13125551001';
    await send('short', to, 'Your table for two is booked.');
    await until('the report', () => reports.get('short')?.includes(delivered) === true);
    assert.ok(reports.get('short')?.includes(accepted));
    assert.ok(!reports.get('short')?.includes(refusedBySmsc));
    assert.deepEqual(
      takenFor(to).map(({ source, body }) => [`+${source}`, body]),
      [[sender, 'Your table for two is booked.']],
    );
    const [message] = (await rest.list()).filter((one) => one.to === to);
    assert.equal(message?.status, 'delivered');
    assert.equal(message.body, 'Your table for two is booked.');
    assert.equal(message.from, sender);
  });

  it('sends a long message whose parts arrive as Kannel cut them', async () => {
    const to = '+13125551002';
    const text = Array.from({ length: 60 }, (_, index) => `word ${index}`).join(' ');
    await send('long', to, text);
    await until('the report', () => reports.get('long')?.includes(delivered) === true);
    const parts = takenFor(to);
    assert.ok(parts.length > 1);
    const pieces = parts.map(({ body, esmClass }) => {
      assert.equal(esmClass & udhIndicator, udhIndicator);
      const header = Buffer.from(body.slice(0, 6), 'latin1');
      // Concatenation with an 8-bit reference (3GPP TS 23.040 section 9.2.3.24.1).
      assert.deepEqual([...header.subarray(0, 3)], [5, 0, 3]);
      assert.equal(header[4], parts.length);
      return { reference: header[3], sequence: header[5], text: body.slice(6) };
    });
    assert.equal(new Set(pieces.map(({ reference }) => reference)).size, 1);
    const inOrder = pieces.toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
    assert.equal(inOrder.map((piece) => piece.text).join(''), text);
    await until('each part is delivered', async () => {
      const own = (await rest.list()).filter((one) => one.to === to);
      return own.length === parts.length && own.every(({ status }) => status === 'delivered');
    });
  });

  it('receives what its numbers are sent', async () => {
    const load = { count: 1, source: '13125551003', destination: sender.slice(1), body: 'hello' };
    assert.ok(smsc.sendInbound(load));
    await until('Kannel passes it on', () => incoming.length > 0);
    assert.deepEqual(incoming.slice(0, 1), [{ from: '+13125551003', to: sender, text: 'hello #000000000' }]);
  });
});
