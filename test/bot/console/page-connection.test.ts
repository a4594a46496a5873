import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { toConsoleCard } from '#bot/renderers/adaptive-card.ts';
import { launchChromium } from '#test/helpers/peers/chromium.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { openTestConsole } from './open-test-console.ts';
import { openTestPage } from './open-test-page.ts';
import { approvalCard, createJobCard } from './sample-cards.ts';

const lossy = { expectsLostCalls: true };

describe('the page without a connection', needsPeer('chromium'), () => {
  let browser: Browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(async () => await browser.close());

  it('says since when it shows old data, comes back by itself and has what it missed', async () => {
    let isBroken = false;
    await using opened = await openTestConsole({
      toAdaptiveCard: (card) => {
        if (isBroken) throw new Error('no card while broken');
        return toConsoleCard(card);
      },
    });
    opened.conversation.put('p-ann', { id: 'j-1', card: createJobCard(20) });
    await using window = await openTestPage(browser, opened, lossy);
    const { page } = window;
    const banner = page.getByText(/^No connection to Drover since \d\d:\d\d CES?T\./);

    isBroken = true;
    opened.conversation.put('p-ann', { id: 'j-1', card: createJobCard(60) });
    await banner.waitFor();
    opened.conversation.put('p-ann', { id: 'r-1', card: approvalCard });
    assert.equal(await page.getByText('J-412 · 20 %').isVisible(), true);
    isBroken = false;

    await page.getByText('J-412 · 60 %').waitFor();
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    await banner.waitFor({ state: 'hidden' });
    assert.match((await page.getByRole('log').allTextContents()).join(), /Approve "create web-07"/);
  });

  it('says so when Drover was started again, whose key is another', async () => {
    const first = await openTestConsole();
    await using window = await openTestPage(browser, first, lossy);
    const { page } = window;

    await first.console.close();
    await page.getByText(/^No connection to Drover/).waitFor();
    await using second = await openTestConsole({ port: Number(first.url.port) });
    assert.equal(second.url.port, first.url.port);
    // The page tries by itself, too: then there is no button left to click, and that is as good.
    const isTooLate = () => false;
    void page
      .getByRole('button', { name: 'Try now' })
      .click()
      .then(() => true, isTooLate);

    await page.getByText('Drover was started again. Open the address that it printed.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Try now' }).isVisible(), false);
  });

  it('H34 keeps a text that was not sent, and tries again under the same id', async () => {
    await using opened = await openTestConsole();
    await using window = await openTestPage(browser, opened, lossy);
    const { page } = window;

    await page.route('**/api/messages', async (route) => {
      await route.fetch();
      await route.abort();
    });
    // Its answer would settle the matter: this one never comes.
    opened.conversation.keepSilent();
    await window.say('vm create web-07');
    await page.getByText('Not sent. Drover did not answer.').waitFor();
    await page.reload();
    await page.getByText('vm create web-07').waitFor();
    await page.unroute('**/api/messages');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('sent', { exact: true }).waitFor();

    const keys = opened.conversation.received.map(({ dedupeKey }) => dedupeKey);
    assert.equal(keys.length, 2);
    assert.equal(new Set(keys).size, 1);
  });

  it('H34 keeps a click that was not sent, with what was typed, and tries again under the same id', async () => {
    await using opened = await openTestConsole();
    opened.conversation.put('p-ann', { id: 'r-1', card: approvalCard });
    await using window = await openTestPage(browser, opened, lossy);
    const { page } = window;

    await page.route('**/api/actions', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Not sent. Drover did not answer.').waitFor();
    await page.unroute('**/api/actions');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Not sent.').waitFor({ state: 'detached' });
    await page.locator('[aria-busy]').waitFor({ state: 'detached' });

    const keys = opened.conversation.received.map(({ dedupeKey }) => dedupeKey);
    assert.equal(keys.length, 2);
    assert.equal(new Set(keys).size, 1);
  });
});
