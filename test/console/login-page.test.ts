import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { openTestEdge } from '../api/edge.ts';
import { openBrowser, picture, sizes, tabTo } from './browser.ts';
import { openTestConsole, operatorPassword } from './fixture.ts';
import { faintTexts, focusFaults, outlineFaults } from './in-browser.ts';

const edge = await openTestEdge();
const { open } = await openBrowser();

/** Wrong passwords from one address, before the next is not looked at. */
const guesses = 10;

/** By the keyboard alone; the browser gives the field of the name the focus by itself, once all is loaded. */
async function enter(page: Page, user: string, password: string): Promise<void> {
  await page.waitForSelector('#user:focus');
  await page.keyboard.press('Control+A');
  await page.keyboard.type(user);
  await tabTo(page, /^Password/);
  await page.keyboard.type(password);
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
}

async function assertReadable(page: Page, name: string): Promise<void> {
  for (const [size, { width, height }] of Object.entries(sizes)) {
    await page.setViewportSize({ width, height });
    const needed = await page.evaluate<number>('document.documentElement.scrollWidth');
    assert.ok(needed <= width, `${name} is ${needed} wide of ${width}`);
    await picture(page, `${name}-${size}`);
  }
  assert.deepEqual(await page.evaluate(faintTexts), [], name);
  assert.deepEqual(await page.evaluate(outlineFaults), [], name);
}

/** The browser says of every answer from 400 up that it failed, expected or not. */
const isStatus = (complaint: string): boolean =>
  /the server responded with a status of 4(03|29) /.test(complaint);

for (const colorScheme of ['light', 'dark'] as const)
  describe(`the login page in ${colorScheme}`, () => {
    it('is read, reached and used by the keyboard, and says what went wrong', async () => {
      // Of its own, so that the guesses are.
      const web = await openTestConsole(edge);
      const { page, complaints } = await open({ colorScheme });
      await page.goto(`${web.origin}/alerts`);
      await assertReadable(page, `login-${colorScheme}`);
      assert.deepEqual(await page.evaluate(focusFaults), []);
      await page.focus('#user');
      await enter(page, 'anna', operatorPassword);
      assert.equal(page.url(), `${web.origin}/alerts`);
      await tabTo(page, /^Log out$/);
      await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
      await enter(page, 'anna', 'wrong');
      assert.equal(await page.innerText('[role=alert]'), 'That name and password do not go together.');
      await assertReadable(page, `login-wrong-${colorScheme}`);
      for (let guess = 2; guess <= guesses; guess++)
        assert.equal((await web.visitor().login('nobody', 'wrong')).status, 403);
      await page.focus('#user');
      await enter(page, 'anna', operatorPassword);
      assert.match(await page.innerText('[role=alert]'), /^Too many attempts\. Wait/);
      await assertReadable(page, `login-too-many-${colorScheme}`);
      assert.equal(complaints.filter(isStatus).length, 2);
      assert.deepEqual(
        complaints.filter((one) => !isStatus(one)),
        [],
      );
    });
  });
