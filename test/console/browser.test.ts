import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core';
import { openTestEdge, type Tenant } from '../api/edge.ts';
import { openTestConsole, operatorPassword } from './fixture.ts';
import { faintTexts, focused, outlineFaults } from './in-browser.ts';

/** Where pictures of the pages are left to look at; none are taken without it. */
const pictures = process.env['CONSOLE_PICTURES'];

const edge = await openTestEdge();
const web = await openTestConsole(edge);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium-headless-shell',
  args: ['--no-sandbox'],
});
after(() => browser.close());

/** A page in a browser of its own, and whatever the browser complains of. */
async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(request.url()));
  return { page, complaints };
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
}

async function login(page: Page, user: string, password: string): Promise<void> {
  await page.goto(`${web.origin}/login`);
  await page.fill('#user', user);
  await page.fill('#password', password);
  await page.click('main button');
  await page.waitForURL(`${web.origin}/`);
}

/** A webhook of the tenant's that was answered 500 twice. */
async function failedWebhook({ account }: Tenant): Promise<void> {
  const url = 'https://app.example/sms';
  edge.alerts.record({
    accountSid: account.sid,
    code: 11200,
    resourceSid: `SM${'1'.repeat(32)}`,
    detail: 'the answer was 500',
    request: {
      url,
      method: 'POST',
      signedUrl: url,
      signature: 'c2lnbmF0dXJlIG9mIHR3ZW50eQ==',
      responseStatus: 500,
      attempts: [
        { method: 'POST', url, status: 0, detail: 'connecting took too long', durationMs: 5000 },
        { method: 'POST', url, status: 500, detail: '', durationMs: 143 },
      ],
    },
  });
  await edge.durable();
}

/** Presses Tab until the focus is on what has this name. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    const [text, outlined] = await page.evaluate<[string, boolean]>(focused);
    assert.ok(outlined, `the focus is not to be seen on ${text.trim()}`);
    if (name.test(text.trim())) return;
  }
  assert.fail(`nothing by the name of ${name.source} can be reached`);
}

describe('a newcomer', () => {
  it('finds why a webhook failed, by the keyboard alone, in under a minute', async () => {
    const tenant = await edge.tenant();
    await failedWebhook(tenant);
    const { page, complaints } = await open();
    const begunMs = performance.now();
    await page.goto(web.origin);
    await picture(page, 'login');
    // The field of the name has the focus already.
    await page.keyboard.type(tenant.account.sid);
    await tabTo(page, /^Password/);
    await page.keyboard.type(tenant.authToken);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${web.origin}/`);
    await picture(page, 'tenant');
    await tabTo(page, /^Alerts$/);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${web.origin}/alerts`);
    await picture(page, 'alerts');
    await tabTo(page, /^11200 HTTP retrieval failure$/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/alerts\/NO/);
    await picture(page, 'alert');
    const text = await page.innerText('main');
    const tookMs = performance.now() - begunMs;
    assert.match(text, /POST https:\/\/app\.example\/sms was answered 500/);
    assert.match(text, /failed while it worked on the request/);
    assert.match(text, /Look into your application’s own log/);
    assert.match(text, /URL signed\s+https:\/\/app\.example\/sms/);
    assert.match(text, /Signature sent\s+c2lnbmF0dXJl/);
    assert.ok(tookMs < 60_000);
    assert.deepEqual(complaints, []);
  });

  it('finds why a signature does not validate', async () => {
    const { account, authToken } = await edge.tenant();
    const { page, complaints } = await open();
    await login(page, account.sid, authToken);
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
    await picture(page, 'signature');
    assert.deepEqual(complaints, []);
  });
});

describe('the pages in a browser', () => {
  it('renew what is live without being loaded anew', async () => {
    const { page, complaints } = await open();
    await login(page, 'anna', operatorPassword);
    await page.evaluate("document.body.dataset.same = 'yes'");
    web.state.health = { ok: false, checks: [{ name: 'carrier alpha', ok: false, words: 'not bound' }] };
    await page.waitForSelector('#verdict >> text=carrier alpha: not bound');
    assert.equal(await page.evaluate('document.body.dataset.same'), 'yes');
    web.state.health = { ok: true, checks: [] };
    assert.deepEqual(complaints, []);
  });

  const paths = ['/', '/alerts', '/signature', '/messages', '/calls', '/numbers', '/usage', '/accounts'];

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`fit a phone, and can be read on it, in ${colorScheme}`, async () => {
      const tenant = await edge.tenant();
      await failedWebhook(tenant);
      web.figures.start(() => ({ calls: edge.clock.now() % 9, queuedSegments: 40 }));
      for (let i = 0; i < 400; i++) {
        for (let n = 0; n < 20 + 15 * Math.sin(i / 20); n++) web.figures.messageAccepted();
        web.figures.requestAnswered(3 + (i % 7));
        edge.clock.advance(5_000);
      }
      web.figures.stop();
      const { page, complaints } = await open({ colorScheme });
      await login(page, 'anna', operatorPassword);
      const [newest] = edge.alerts.recent(1);
      for (const path of [...paths, `/alerts/${newest?.sid ?? ''}`]) {
        await page.setViewportSize({ width: 1280, height: 900 });
        await page.goto(web.origin + path);
        const name = `${colorScheme}${path.replaceAll('/', '-')}`;
        await picture(page, name);
        await page.setViewportSize({ width: 360, height: 740 });
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
        assert.ok(wide <= 360, `${path} is ${wide} wide`);
        await picture(page, `${name}-phone`);
        assert.deepEqual(await page.evaluate(faintTexts), [], path);
        assert.deepEqual(await page.evaluate(outlineFaults), [], path);
      }
      assert.deepEqual(complaints, []);
    });
  }
});
