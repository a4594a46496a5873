import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium } from '#test/helpers/peers/chromium.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { openTestConsole, type TestConsole } from './open-test-console.ts';
import { openTestPage } from './open-test-page.ts';
import {
  approvalCard,
  choiceCard,
  createJobCard,
  formCard,
  listCard,
  mistypedCard,
} from './sample-cards.ts';

/** Names every element of which something lies outside the window or its own edges. */
const findCutOff = `[...document.querySelectorAll('body *')].filter((element) => {
  const { right, left, width, height } = element.getBoundingClientRect();
  if (width <= 1 || height <= 1) return false;
  const { overflowX } = getComputedStyle(element);
  const hides = overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
  return right > innerWidth + 0.5 || left < 0 || hides;
}).map((element) => element.outerHTML.slice(0, 200))`;

describe('the look of the page', needsPeer('chromium'), () => {
  let browser: Browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(async () => await browser.close());

  it('cuts nothing off at 320 px, with everything opened', async () => {
    await using opened = await openTestConsole();
    putAll(opened);
    await using window = await openTestPage(browser, opened, {
      viewport: { width: 320, height: 640 },
    });
    const { page } = window;

    await page.getByRole('button', { name: 'Details' }).first().click();
    await page.getByRole('button', { name: 'Details' }).last().click();
    await page.getByRole('button', { name: 'Deny…' }).click();
    await page.getByRole('button', { name: 'Cancel' }).first().click();
    await window.say(`vm show ${'x'.repeat(60)}`);
    await page.getByRole('listitem', { name: 'Echo: vm show' }).waitFor();
    await page.getByRole('button', { name: 'You are Ann Berg' }).click();

    assert.deepEqual(await page.evaluate(findCutOff), []);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320);
  });

  it('follows the dark scheme, cards too, and switches while open', async () => {
    await using opened = await openTestConsole();
    putAll(opened);
    await using window = await openTestPage(browser, opened, { colorScheme: 'dark' });
    const { page } = window;
    const readColors = async () =>
      await page.evaluate(`[
        getComputedStyle(document.documentElement).backgroundColor,
        getComputedStyle(document.querySelector('.ac-textRun')).color,
      ]`);

    assert.deepEqual(await readColors(), ['rgb(14, 16, 20)', 'rgb(231, 233, 238)']);
    await page.emulateMedia({ colorScheme: 'light' });

    assert.deepEqual(await readColors(), ['rgb(246, 247, 249)', 'rgb(27, 31, 39)']);
  });

  it('moves nothing for who asked for that', async () => {
    await using opened = await openTestConsole();
    await using window = await openTestPage(browser, opened, { reducedMotion: 'reduce' });

    const moving = `[...document.querySelectorAll('*')].filter((element) => {
      const { transitionDuration, animationName } = getComputedStyle(element);
      return transitionDuration !== '0s' || animationName !== 'none';
    }).length`;

    assert.equal(await window.page.evaluate(moving), 0);
  });

  it('gives every button and field a name', async () => {
    await using opened = await openTestConsole();
    putAll(opened);
    await using window = await openTestPage(browser, opened);

    const tree = await window.page.locator('body').ariaSnapshot();

    assert.doesNotMatch(tree, /^ *- (button|textbox|combobox|checkbox)(?! ")/m);
  });
});

function putAll({ conversation }: TestConsole): void {
  const cards = [listCard, mistypedCard, choiceCard, formCard, createJobCard(60), approvalCard];
  for (const [place, card] of cards.entries())
    conversation.put('p-ann', { id: `c-${place}`, card });
}
