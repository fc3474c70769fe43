import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import twilio from 'twilio';
import { openBrowser, picture, tabTo } from '../console/browser.ts';
import { FastSmsc } from '../peers/fast-smsc.ts';
import { basic, carrierLines, EdgeProcess, until, type Credentials } from './edge-process.ts';

const [broken, mistaken] = ['+14155550101', '+14155550102'];

const { open } = await openBrowser();

describe('a newcomer at the console of a whole edge', { timeout: 60_000 }, () => {
  const smsc = new FastSmsc({ keep: true });
  /** Fails at one path. At the other it checks signatures against the URL that it believes to be called by. */
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const signature = String(request.headers['x-twilio-signature']);
      const believed = `https://${request.headers.host}${request.url}`;
      const params = Object.fromEntries(new URLSearchParams(body));
      const fits = twilio.validateRequest(account.token, signature, believed, params);
      response.statusCode = request.url === '/broken' ? 500 : fits ? 204 : 403;
      response.end('Oops: the database is away');
    });
  });
  const application = (path: string): string =>
    `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  let edge: EdgeProcess | undefined;
  let account: Credentials;
  let origin = '';

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = await smsc.listen();
    edge = await EdgeProcess.create(() => [
      'http: { listen: 127.0.0.1:0 }',
      'console: { listen: 127.0.0.1:0 }',
      'webhooks: { allowPrivate: true }',
      ...carrierLines(port),
    ]);
    account = await edge.account([broken, mistaken]);
    const { api, console } = await edge.start();
    origin = console ?? '';
    await until('the link is bound', () => smsc.counts.boundNow > 0);
    await listenAt(api, broken, application('/broken'));
    await listenAt(api, mistaken, application('/mistaken'));
  });
  after(async () => {
    await edge?.remove();
    await smsc.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Has a number's messages sent to a URL. */
  async function listenAt(api: string, number: string, url: string): Promise<void> {
    const numbers = `${api}/2010-04-01/Accounts/${account.sid}/IncomingPhoneNumbers`;
    const headers = { authorization: basic(account) };
    const found = await fetch(`${numbers}.json?PhoneNumber=${encodeURIComponent(number)}`, { headers });
    const { incoming_phone_numbers: list } = (await found.json()) as {
      incoming_phone_numbers: { sid: string }[];
    };
    const body = new URLSearchParams({ SmsUrl: url });
    const set = await fetch(`${numbers}/${list[0]?.sid}.json`, { method: 'POST', headers, body });
    assert.equal(set.status, 200);
  }

  /** A text comes in from the carrier, and a newcomer looks for what became of it, without a mouse. */
  async function walk(number: string, name: string) {
    assert.ok(
      smsc.sendInbound({ count: 1, source: '13125559001', destination: number.slice(1), body: 'Hi' }),
    );
    const { page, complaints } = await open();
    const begunMs = performance.now();
    await page.goto(origin);
    await picture(page, 'login');
    // The browser gives the field of the name the focus by itself, though not before all is loaded.
    await page.waitForSelector('#user:focus');
    await page.keyboard.type(account.sid);
    await tabTo(page, /^Password/);
    await page.keyboard.type(account.token);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${origin}/`);
    await tabTo(page, /^Alerts$/);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${origin}/alerts`);
    // The list renews itself: the newest alert comes while it is looked at, or has come.
    await page.waitForSelector(`tbody tr:first-child >> text=${name}`);
    await tabTo(page, /^11200 HTTP retrieval failure$/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/alerts\/NO/);
    await picture(page, `alert-${name.replaceAll(' ', '-')}`);
    return { page, complaints, said: await page.innerText('main'), tookMs: performance.now() - begunMs };
  }

  it('finds by the keyboard alone, in under a minute, that the application fails', async () => {
    const { complaints, said, tookMs } = await walk(broken, 'the answer was 500');
    assert.ok(said.includes(`POST ${application('/broken')} was answered 500`), said);
    assert.match(said, /failed while it worked on the request/);
    assert.match(said, /Oops: the database is away/);
    assert.match(said, /Look into your application’s own log/);
    assert.ok(tookMs < 60_000);
    assert.deepEqual(complaints, []);
  });

  it('finds that the application checks signatures against another URL, and which', async () => {
    const { page, complaints, said } = await walk(mistaken, 'the answer was 403');
    assert.match(said, /its check of the signature failed/);
    assert.ok(said.replace(/\s+/g, ' ').includes(`URL signed ${application('/mistaken')}`), said);
    assert.match(said, /Signature sent\s+\S{28}/);
    await tabTo(page, /^Check the signature/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/signature/);
    await picture(page, 'signature-to-check');
    assert.equal(await page.inputValue('#url'), application('/mistaken'));
    assert.match(await page.innerText('main [role=status]'), /The signature fits/);
    // What the application's code believes is all that is left to be given.
    await tabTo(page, /^URL/);
    await page.keyboard.press('Control+A');
    await page.keyboard.type(application('/mistaken').replace('http:', 'https:'));
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    const words = await page.innerText('main [role=status]');
    assert.match(words, /The request was made by http\b/);
    assert.ok(words.includes(`made over ${application('/mistaken')}`), words);
    await picture(page, 'signature-of-alert');
    assert.deepEqual(complaints, []);
  });
});
