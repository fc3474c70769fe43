import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { openTestEdge } from '../api/edge.ts';
import { login, openBrowser, picture, sizes } from './browser.ts';
import { openTestConsole, operatorPassword } from './fixture.ts';
import { faintTexts, focusFaults, outlineFaults } from './in-browser.ts';
import { livedIn } from './lived-in.ts';

const edge = await openTestEdge();
const web = await openTestConsole(edge);
const { open } = await openBrowser();

web.figures.start(() => ({ calls: edge.clock.now() % 9, queuedSegments: 40 }));
for (let i = 0; i < 400; i++) {
  for (let n = 0; n < 20 + 15 * Math.sin(i / 20); n++) web.figures.messageAccepted();
  web.figures.requestAnswered(3 + (i % 7));
  edge.clock.advance(5_000);
}
web.figures.stop();
const tenant = await livedIn(edge, web);
const { account, authToken } = tenant;

describe('the pages in a browser', () => {
  it('check a signature, and say which mistakes make it fit', async () => {
    const { page, complaints } = await open();
    await login(page, web.origin, account.sid, authToken);
    await page.click('nav >> text=Signature');
    const { getExpectedTwilioSignature } = (await import('twilio')).default;
    const signature = getExpectedTwilioSignature(authToken, 'https://app.example/sms', { Body: 'Hi there' });
    await page.fill('#url', 'http://app.example:3000/sms');
    await page.fill('#body', 'Body=Hi+there');
    await page.fill('#signature', signature);
    await page.click('main button');
    const words = await page.innerText('main [role=status]');
    assert.match(words, /Behind a proxy that ends TLS an application sees http/);
    assert.match(words, /The port differs/);
    assert.match(words, /made over https:\/\/app\.example\/sms/);
    await picture(page, 'signature-checked');
    assert.deepEqual(complaints, []);
  });

  it('renew what is live without being loaded anew', async () => {
    const { page, complaints } = await open();
    await login(page, web.origin, 'anna', operatorPassword);
    await page.evaluate("document.body.dataset.same = 'yes'");
    web.state.health = { ok: false, checks: [{ name: 'carrier alpha', ok: false, words: 'not bound' }] };
    await page.waitForSelector('#verdict >> text=carrier alpha: not bound');
    assert.equal(await page.evaluate('document.body.dataset.same'), 'yes');
    web.state.health = { ok: true, checks: [] };
    assert.deepEqual(complaints, []);
  });
});

/** A page, and what is done there before it is looked at. */
type Place = readonly [path: string, act?: (page: Page) => Promise<unknown>];

const submitted = (page: Page, button: string) =>
  Promise.all([page.waitForEvent('load'), page.click(`main button >> text=${button}`)]);

const everybodys: readonly Place[] = [
  ['/'],
  ['/alerts'],
  [tenant.alert],
  [
    tenant.alert,
    async (page) => {
      const ask = page.locator('main button >> text=Show what was sent');
      if ((await ask.count()) > 0) await submitted(page, 'Show what was sent');
      for (const summary of await page.locator('main summary').all()) await summary.click();
    },
  ],
  [tenant.alert.replace('/alerts/', '/signature?alert=')],
  [`/messages?account=${account.sid}`],
  [tenant.message],
  [tenant.message, (page) => submitted(page, 'Show the text')],
  [`/calls?account=${account.sid}`],
  [tenant.call],
  [`/numbers?account=${account.sid}`],
  [tenant.number],
  [
    tenant.number,
    async (page) => {
      await page.fill('#VoiceUrl', 'no URL');
      await submitted(page, 'Save');
      assert.match(await page.innerText('[role=alert]'), /Nothing was saved/);
    },
  ],
  [`/requests?account=${account.sid}`],
  [`/usage?account=${account.sid}&category=sms-outbound`],
  [`/usage?account=${account.sid}&by=month`],
  ['/signature'],
  ['/nothing-here'],
];
const operators: readonly Place[] = [
  ['/accounts'],
  ['/messages'],
  [`/accounts/${account.sid}`],
  ['/requests'],
  [`${tenant.call}/wire`, (page) => page.click('summary >> nth=0')],
];

/** The browser says of every answer from 400 up that it failed, expected or not. */
const isStatus = (complaint: string): boolean =>
  /the server responded with a status of 40[04] /.test(complaint);

const viewers = [
  { name: 'a tenant', user: account.sid, password: authToken, places: everybodys },
  { name: 'an operator', user: 'anna', password: operatorPassword, places: [...everybodys, ...operators] },
];

for (const { name, user, password, places } of viewers)
  for (const colorScheme of ['light', 'dark'] as const)
    describe(`what ${name} sees in ${colorScheme}`, () => {
      it('fits a desk and a phone, and can be read and reached', async () => {
        const { page, complaints } = await open({ colorScheme });
        await login(page, web.origin, user, password);
        for (const [at, [path, act]] of places.entries()) {
          await page.setViewportSize(sizes.wide);
          await page.goto(web.origin + path);
          await act?.(page);
          const file = `${name.slice(-8).trim()}-${colorScheme}-${at}`;
          await picture(page, file);
          const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
          assert.ok(wide <= sizes.wide.width, `${path} is ${wide} wide on a desk`);
          await page.setViewportSize(sizes.phone);
          const narrow = await page.evaluate<number>('document.documentElement.scrollWidth');
          assert.ok(narrow <= sizes.phone.width, `${path} is ${narrow} wide on a phone`);
          await picture(page, `${file}-phone`);
          assert.deepEqual(await page.evaluate(faintTexts), [], path);
          assert.deepEqual(await page.evaluate(outlineFaults), [], path);
          // Whoever came by the keyboard sees where he is, which is what the browser shows a focus by.
          await page.keyboard.press('Tab');
          assert.deepEqual(await page.evaluate(focusFaults), [], path);
        }
        assert.deepEqual(
          complaints.filter((one) => !isStatus(one)),
          [],
        );
      });
    });
