import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import type { Card } from '#bot/cards/card.ts';
import { toTimeline } from '#test/bot/pictures/timelines.ts';
import { launchChromium } from '#test/helpers/peers/chromium.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { openTestConsole, type TestConsole } from './open-test-console.ts';
import { openTestPage } from './open-test-page.ts';

function put({ conversation }: TestConsole, rows: number, version = 1, title = 'Rehearsed'): void {
  const word = '<img src=x onerror=alert(1)>';
  const timeline = toTimeline(rows, { title: word, alt: 'They leave hv-03 one by one.' });
  const summary = `rehearsed ${version}`;
  const card: Card = { title, tone: 'neutral', summary, body: [timeline], actions: [] };
  conversation.put('p-ann', { id: 'c-1', version, card });
}

const readFills = `[...document.querySelectorAll('svg.wide :is(text, rect)')].map((one) =>
  getComputedStyle(one).fill)`;

describe('a picture on the page', needsPeer('chromium'), () => {
  let browser: Browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(async () => await browser.close());

  it('is an image with a name and a description, without style, script or mark-up of a word', async () => {
    await using opened = await openTestConsole();
    put(opened, 3);
    await using window = await openTestPage(browser, opened, {
      viewport: { width: 1000, height: 640 },
    });
    const image = window.page.getByRole('img');

    assert.equal(await image.locator('title').textContent(), '<img src=x onerror=alert(1)>');
    assert.equal(await image.locator('desc').textContent(), 'They leave hv-03 one by one.');
    const named = `['labelledby', 'describedby'].map((name) => document.getElementById(
      document.querySelector('svg.wide').getAttribute('aria-' + name)).textContent)`;
    assert.deepEqual(await window.page.evaluate(named), [
      '<img src=x onerror=alert(1)>',
      'They leave hv-03 one by one.',
    ]);
    assert.equal(await window.page.locator('svg [style], svg script, svg img').count(), 0);
  });

  it('is the narrow one in a narrow window, all of it to be seen', async () => {
    await using opened = await openTestConsole();
    put(opened, 20);
    await using window = await openTestPage(browser, opened, {
      viewport: { width: 320, height: 640 },
    });
    const { page } = window;

    await page.locator('svg.narrow').waitFor();

    assert.equal(await page.locator('svg.wide').isVisible(), false);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320);
    const cut = `[...document.querySelectorAll('svg.narrow *')].filter((one) => {
      const { left, right } = one.getBoundingClientRect();
      return left < 0 || right > innerWidth;
    }).length`;
    assert.equal(await page.evaluate(cut), 0);
  });

  it('has the colours of the scheme', async () => {
    await using opened = await openTestConsole();
    put(opened, 2);
    await using window = await openTestPage(browser, opened, { colorScheme: 'dark' });
    const { page } = window;

    const dark = await page.evaluate<string[]>(readFills);
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await page.evaluate<string[]>(readFills);

    assert.ok(dark.includes('rgb(231, 233, 238)') && dark.includes('rgb(154, 169, 255)'));
    assert.ok(light.includes('rgb(27, 31, 39)') && light.includes('rgb(63, 81, 199)'));
    assert.equal(new Set(dark).intersection(new Set(light)).size, 0);
  });

  it('is edited in place with its card', async () => {
    await using opened = await openTestConsole();
    put(opened, 2);
    await using window = await openTestPage(browser, opened, {
      viewport: { width: 1000, height: 640 },
    });
    const { page } = window;
    await page.locator('svg.wide').waitFor();

    put(opened, 5, 2);

    await page.locator('svg.wide').getByText('web-4', { exact: true }).waitFor();
    assert.equal(await page.locator('svg.wide').count(), 1);
    assert.equal(
      await page.evaluate(`document.querySelector('svg.wide').getAttribute('viewBox')
      .endsWith(String(document.querySelector('svg.wide').viewBox.baseVal.height))`),
      true,
    );
  });
});
