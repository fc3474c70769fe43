import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import twilio from 'twilio';
import { FastSmsc } from '../peers/fast-smsc.ts';
import { carrierLines, EdgeProcess, until, type Credentials } from './edge-process.ts';

const pool = ['+14155550101', '+14155550102', '+14155550103'];
const recipients = Array.from({ length: 9 }, (_, n) => `+1312555200${n}`);

/** The SDK's own client, with protocol and address swapped and the Host header kept. */
function clientOf({ sid, token }: Credentials, origin: string): twilio.Twilio {
  const ordinary = new twilio.RequestClient({ keepAlive: false });
  const httpClient = {
    request: (options: Parameters<typeof ordinary.request>[0]) =>
      ordinary.request({
        ...options,
        uri: options.uri.replace(/^https?:\/\/[^/]+/, origin),
        headers: { ...options.headers, Host: new URL(options.uri).host },
      }),
  };
  return twilio(sid, token, { httpClient: httpClient as unknown as twilio.RequestClient });
}

describe('a Messaging Service on a whole edge', { timeout: 60_000 }, () => {
  const smsc = new FastSmsc({ keep: true, receipts: { delayMs: 20, form: 'both', states: [] } });
  const heard: { readonly path: string; readonly form: Readonly<Record<string, string>> }[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const path = request.url ?? '';
      heard.push({ path, form: Object.fromEntries(new URLSearchParams(body)) });
      const reply = new twilio.twiml.MessagingResponse();
      if (path === '/inbound') reply.message('Thank you');
      response.setHeader('Content-Type', 'text/xml').end(reply.toString());
    });
  });
  const application = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const formsAt = (path: string) => heard.filter((one) => one.path === path).map(({ form }) => form);
  const messagesFor = (to: string) =>
    Array.from(smsc.record.messages()).filter(({ destination }) => `+${destination}` === to);
  let edge: EdgeProcess | undefined;
  let client: twilio.Twilio;
  let service: string;

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = await smsc.listen();
    edge = await EdgeProcess.create(() => [
      'http: { listen: 127.0.0.1:0 }',
      'webhooks: { allowPrivate: true }',
      ...carrierLines(port),
    ]);
    const account = await edge.account(pool);
    const { api } = await edge.start();
    await until('the link is bound', () => smsc.counts.boundNow > 0);
    client = clientOf(account, api);
    const { services } = client.messaging.v1;
    const made = await services.create({
      friendlyName: 'a pool',
      inboundRequestUrl: `${application()}/inbound`,
      statusCallback: `${application()}/status`,
    });
    service = made.sid;
    for (const { sid } of await client.incomingPhoneNumbers.list())
      await services(service).phoneNumbers.create({ phoneNumberSid: sid });
  });
  after(async () => {
    await edge?.remove();
    await smsc.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('sends over its pool, and tells of each message by the service', async () => {
    const sids = new Set<string>();
    for (const to of recipients) {
      const made = await client.messages.create({ to, messagingServiceSid: service, body: 'hello' });
      assert.deepEqual([made.status, made.messagingServiceSid], ['accepted', service]);
      sids.add(made.sid);
    }
    const delivered = () => formsAt('/status').filter((form) => form['MessageStatus'] === 'delivered');
    await until('all are delivered', () => delivered().length === recipients.length);
    assert.deepEqual(new Set(delivered().map((form) => form['MessageSid'])), sids);
    for (const form of formsAt('/status')) assert.equal(form['MessagingServiceSid'], service);
    const senders = recipients.flatMap((to) => messagesFor(to).map(({ source }) => `+${source}`));
    assert.equal(senders.length, recipients.length);
    assert.deepEqual(new Set(senders), new Set(pool));
    const [to = ''] = recipients;
    const [first] = messagesFor(to);
    await client.messages.create({ to, messagingServiceSid: service, body: 'again' });
    await until('the second message', () => messagesFor(to).length === 2);
    assert.equal(messagesFor(to)[1]?.source, first?.source, 'the recipient keeps the sender');
  });

  it('hears for its pool, and its application’s reply goes out by it', async () => {
    const source = '13125559001';
    const [destination = ''] = pool;
    assert.ok(smsc.sendInbound({ count: 1, source, destination: destination.slice(1), body: 'Hi' }));
    await until('the reply', () => messagesFor(`+${source}`).length > 0);
    const [inbound] = formsAt('/inbound');
    assert.deepEqual(
      [inbound?.['To'], inbound?.['MessagingServiceSid'], inbound?.['OptOutType']],
      [destination, service, undefined],
    );
    const [reply] = messagesFor(`+${source}`);
    assert.deepEqual([reply?.body, `+${reply?.source}`], ['Thank you', destination]);
    const told = () => formsAt('/status').filter((form) => form['To'] === `+${source}`);
    await until('the reply is told of', () => told().some((form) => form['MessageStatus'] === 'delivered'));
    for (const form of told()) assert.equal(form['MessagingServiceSid'], service);
  });
});
