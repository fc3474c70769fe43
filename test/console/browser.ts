import assert from 'node:assert/strict';
import { after } from 'node:test';
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core';
import { focused } from './in-browser.ts';

/** Where pictures of the pages are left to look at; none are taken without it. */
const pictures = process.env['CONSOLE_PICTURES'];

/** The size of a desk's window, and of a small phone's. */
export const sizes = { wide: { width: 1280, height: 900 }, phone: { width: 360, height: 740 } } as const;

export interface Visit {
  readonly page: Page;
  /** Whatever the browser complains of: errors of scripts, refusals by the policy, requests that failed. */
  readonly complaints: string[];
}

/** One browser for a file of tests. Closed after them. */
export async function openBrowser() {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium-headless-shell',
    args: ['--no-sandbox'],
  });
  after(() => browser.close());
  return {
    /** A window that shares nothing with others. */
    open: async (options: BrowserContextOptions = {}): Promise<Visit> => {
      const context = await browser.newContext({ viewport: sizes.wide, ...options });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('requestfailed', (request) => complaints.push(request.url()));
      return { page, complaints };
    },
  };
}

export async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
}

export async function login(page: Page, origin: string, user: string, password: string): Promise<void> {
  await page.goto(`${origin}/login`);
  await page.fill('#user', user);
  await page.fill('#password', password);
  await page.click('main button');
  await page.waitForURL(`${origin}/`);
}

/** Presses Tab until the focus is on what has this name. */
export async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    const [text, outlined] = await page.evaluate<[string, boolean]>(focused);
    assert.ok(outlined, `the focus is not to be seen on ${text.trim()}`);
    if (name.test(text.trim())) return;
  }
  assert.fail(`nothing by the name of ${name.source} can be reached`);
}
