import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '#test/helpers/peers/chromium.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { openTestConsole } from './open-test-console.ts';
import { openTestPage } from './open-test-page.ts';
import { approvalCard, choiceCard, createJobCard, formCard, listCard } from './sample-cards.ts';

describe('cards on the page', needsPeer('chromium'), () => {
  let browser: Browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(async () => await browser.close());

  it('H35 shows words letter by letter, never as mark-up', async () => {
    await using opened = await openTestConsole();
    opened.conversation.put('p-ann', { id: 'l-1', card: listCard });
    await using window = await openTestPage(browser, opened);

    const name = '<b>&amp;*{{DATE(2026-01-01T00:00:00Z,SHORT)}}';
    await window.page.getByText(name, { exact: true }).waitFor();

    assert.equal(await window.page.locator('b').count(), 0);
  });

  it('asks before a click that needs a reason, and sends it along', async () => {
    await using opened = await openTestConsole();
    opened.conversation.put('p-ann', { id: 'r-1', card: approvalCard });
    await using window = await openTestPage(browser, opened);
    const arrived = opened.conversation.nextReceived();

    await window.page.getByRole('button', { name: 'Deny…' }).click();
    await window.page.keyboard.type('not before the release');
    await window.page.keyboard.press('Tab');
    await window.page.keyboard.press('Enter');

    const { body } = await arrived;
    const inputs = { reason: 'not before the release' };
    assert.deepEqual(body, { kind: 'action', actionId: 'a-deny', inputs });
  });

  it('works by keyboard alone: from the line into the newest card, Escape goes back', async () => {
    await using opened = await openTestConsole();
    opened.conversation.put('p-ann', { id: 'r-1', card: approvalCard });
    await using window = await openTestPage(browser, opened);
    const { keyboard } = window.page;

    await keyboard.press('Shift+Tab');
    assert.equal(await readFocus(window.page), '▸ Details');
    await keyboard.press('Enter');
    await window.page.getByText('New-VM -Name').waitFor();
    await window.page.getByRole('button', { name: 'Details', expanded: true }).waitFor();
    await keyboard.press('Shift+Tab');
    await keyboard.press('Enter');
    assert.equal(await readFocus(window.page), 'TEXTAREA');
    await keyboard.press('Escape');

    assert.equal(await readFocus(window.page), 'Deny…');
    assert.equal(await window.page.getByLabel('Reason').count(), 0);
    const ring = await window.page.evaluate(
      'getComputedStyle(document.activeElement).outlineStyle',
    );
    assert.equal(ring, 'solid');
  });

  it('takes a choice by keyboard, each a line of its own', async () => {
    await using opened = await openTestConsole();
    opened.conversation.put('p-ann', { id: 'c-1', card: choiceCard });
    await using window = await openTestPage(browser, opened);
    const arrived = opened.conversation.nextReceived();

    await window.page.keyboard.press('Shift+Tab');
    await window.page.keyboard.press('Enter');

    assert.deepEqual((await arrived).body, { kind: 'action', actionId: 'c-lab', inputs: {} });
  });

  it('does not send a form in which something is missing', async () => {
    await using opened = await openTestConsole();
    opened.conversation.put('p-ann', { id: 'f-1', card: formCard });
    await using window = await openTestPage(browser, opened);
    const { page } = window;
    const arrived = opened.conversation.nextReceived();

    await page.getByRole('button', { name: 'Create' }).click();
    assert.equal(await readFocus(page), 'INPUT');
    await page.keyboard.type('web-07');
    await page.getByLabel('Template').selectOption('ubuntu-24');
    await page.getByRole('button', { name: 'Create' }).click();

    const { body } = await arrived;
    assert.equal(body.kind, 'action');
    assert.equal(body.inputs.name, 'web-07');
    assert.equal(body.inputs.template, 'ubuntu-24');
    assert.equal(body.inputs.memory, '16GiBi');
    assert.equal(body.inputs.actionId, undefined);
  });

  it('H34 sends a double click once', async () => {
    await using opened = await openTestConsole();
    opened.conversation.put('p-ann', { id: 'r-1', card: approvalCard });
    await using window = await openTestPage(browser, opened);

    await window.page.getByRole('button', { name: 'Approve' }).dblclick();
    await window.page.getByRole('listitem', { name: 'Echo: clicked a-approve' }).waitFor();
    await window.say('afterwards');
    await window.page.getByRole('listitem', { name: 'Echo: afterwards' }).waitFor();

    const kinds = opened.conversation.received.map(({ body }) => body.kind);
    assert.deepEqual(kinds, ['action', 'text']);
  });

  it('edits the texts of a card under the hands of who fills it in', async () => {
    await using opened = await openTestConsole();
    opened.conversation.put('p-ann', { id: 'j-1', card: createAskingJob(20) });
    await using window = await openTestPage(browser, opened);
    const { page } = window;

    await page.getByRole('button', { name: 'Details' }).click();
    await page.getByRole('button', { name: 'Stop…' }).click();
    await page.keyboard.type('too slow');
    await page.evaluate('document.activeElement.dataset.same = "yes"');
    opened.conversation.put('p-ann', { id: 'j-1', card: createAskingJob(60) });
    await page.getByText('J-412 · 60 %').waitFor();

    assert.equal(await page.evaluate('document.activeElement.dataset.same'), 'yes');
    assert.equal(await page.evaluate('document.activeElement.value'), 'too slow');
    assert.equal(await page.getByText('60 % of the plan').isVisible(), true);
    assert.equal(await page.getByRole('listitem', { name: 'Creating web-07, 60 %' }).count(), 1);
  });

  it('keeps focus, caret, typed value, opened question and details when the buttons change', async () => {
    await using opened = await openTestConsole();
    opened.conversation.put('p-ann', { id: 'j-1', card: createAskingJob(20) });
    await using window = await openTestPage(browser, opened);
    const { page } = window;

    await page.getByRole('button', { name: 'Details' }).click();
    await page.getByRole('button', { name: 'Stop…' }).click();
    await page.keyboard.type('too slow');
    await page.keyboard.press('ArrowLeft');
    opened.conversation.put('p-ann', { id: 'j-1', card: createAskingJob(60, 'j-stop-2') });
    await page.getByText('J-412 · 60 %').waitFor();
    await page.keyboard.type('!');
    const arrived = opened.conversation.nextReceived();
    await page.keyboard.press('Control+Enter');

    const inputs = { reason: 'too slo!w' };
    assert.deepEqual((await arrived).body, { kind: 'action', actionId: 'j-stop-2', inputs });
    assert.equal(await page.getByText('60 % of the plan').isVisible(), true);
  });

  it('leaves the focus in the line below when a card with an opened question changes', async () => {
    await using opened = await openTestConsole();
    opened.conversation.put('p-ann', { id: 'j-1', card: createAskingJob(20) });
    await using window = await openTestPage(browser, opened);
    const { page } = window;

    await page.getByRole('button', { name: 'Stop…' }).click();
    await page.getByLabel('Command').click();
    opened.conversation.put('p-ann', { id: 'j-1', card: createAskingJob(60, 'j-stop-2') });
    await page.getByText('J-412 · 60 %').waitFor();

    assert.equal(await page.evaluate('document.activeElement.id'), 'command');
    assert.equal(await page.getByLabel('Reason').isVisible(), true);
  });

  it('keeps the reader in the row when the focused button is gone', async () => {
    await using opened = await openTestConsole();
    opened.conversation.put('p-ann', { id: 'j-1', card: createAskingJob(20) });
    await using window = await openTestPage(browser, opened);

    await window.page.getByRole('button', { name: 'Stop…' }).focus();
    const done = createJobCard(100, { actions: [], details: undefined, tone: 'good' });
    opened.conversation.put('p-ann', { id: 'j-1', card: done });
    await window.page.getByText('J-412 · 100 %').waitFor();

    assert.equal(await readFocus(window.page), 'LI');
  });

  it('does not lose a click to an edit between press and release', async () => {
    await using opened = await openTestConsole();
    opened.conversation.put('p-ann', { id: 'r-1', card: approvalCard });
    await using window = await openTestPage(browser, opened);
    const { page } = window;
    const box = await page.getByRole('button', { name: 'Approve' }).boundingBox();
    assert.ok(box);

    const arrived = opened.conversation.nextReceived();
    await page.mouse.move(box.x + 10, box.y + 10);
    await page.mouse.down();
    opened.conversation.put('p-ann', { id: 'r-1', card: { ...approvalCard, actions: [] } });
    await window.catchUp();
    await page.mouse.up();

    assert.equal((await arrived).body.kind, 'action');
    await page.getByRole('button', { name: 'Approve' }).waitFor({ state: 'detached' });
  });

  it('H34 lets no older version replace a newer one', async () => {
    await using opened = await openTestConsole();
    opened.conversation.put('p-ann', { id: 'j-1', version: 3, card: createJobCard(60) });
    await using window = await openTestPage(browser, opened);

    opened.conversation.put('p-ann', { id: 'j-1', version: 2, card: createJobCard(20) });
    await window.catchUp();

    assert.equal(await window.page.getByText('J-412 · 60 %').isVisible(), true);
  });
});

function createAskingJob(percent: number, actionId = 'j-stop') {
  const ask = { name: 'reason', label: 'Reason', required: true };
  return createJobCard(percent, {
    actions: [{ id: actionId, label: 'Stop…', style: 'danger', ask }],
  });
}

/** The words of the focused button, or what it is. */
async function readFocus(page: Page): Promise<unknown> {
  return await page.evaluate(
    'document.activeElement.role === "button" ? document.activeElement.textContent : document.activeElement.tagName',
  );
}
