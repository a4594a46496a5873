import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium } from '#test/helpers/peers/chromium.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { createEcho } from './echo-conversation.ts';
import { openTestConsole } from './open-test-console.ts';
import { openTestPage } from './open-test-page.ts';

describe('the page of the console', needsPeer('chromium'), () => {
  let browser: Browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(async () => await browser.close());

  it('shows what was typed above its answer, still after a reload', async () => {
    await using opened = await openTestConsole();
    await using window = await openTestPage(browser, opened);

    await window.say('vm list --tag "a  b"');
    const answer = window.page.getByRole('listitem', { name: 'Echo: vm list' });
    await answer.waitFor();
    await window.page.reload();
    await answer.waitFor();

    const words = await answer.textContent();
    assert.match(words ?? '', /^You: vm list --tag "a {2}b"\d\d:\d\d CES?TEcho/);
    assert.equal(await answer.count(), 1);
    const [first] = opened.conversation.received;
    assert.equal(first?.personId, 'p-ann');
    assert.deepEqual(first?.body, { kind: 'text', text: 'vm list --tag "a  b"' });
  });

  it('shows what was typed in one window in the other, too', async () => {
    await using opened = await openTestConsole();
    await using first = await openTestPage(browser, opened);
    await using second = await openTestPage(browser, opened);

    await first.say('vm list');
    const answer = second.page.getByRole('listitem', { name: 'Echo: vm list' });
    await answer.waitFor();

    assert.match((await answer.textContent()) ?? '', /^You: vm list\d\d:\d\d/);
  });

  it('drops the key from the address bar', async () => {
    await using opened = await openTestConsole();
    await using window = await openTestPage(browser, opened, { as: 'bob' });

    assert.equal(window.page.url(), `http://127.0.0.1:${opened.url.port}/#bob`);
  });

  it('brings back earlier commands with arrow up, and what was half typed with arrow down', async () => {
    await using opened = await openTestConsole();
    await using window = await openTestPage(browser, opened);
    const command = window.page.getByLabel('Command');

    await window.say('vm list');
    await window.say('host list');
    await command.fill('half');
    const seen: string[] = [];
    for (const key of ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowDown', 'ArrowDown', 'ArrowDown']) {
      await command.press(key);
      seen.push(await command.inputValue());
    }

    assert.deepEqual(seen, ['host list', 'vm list', 'vm list', 'host list', 'half', 'half']);
  });

  it('sends with Enter and breaks the line with Shift+Enter', async () => {
    await using opened = await openTestConsole();
    await using window = await openTestPage(browser, opened);
    const arrived = opened.conversation.nextReceived();

    await window.page.keyboard.type('vm list');
    await window.page.keyboard.press('Shift+Enter');
    await window.page.keyboard.type('--all');
    await window.page.keyboard.press('Enter');

    assert.deepEqual((await arrived).body, { kind: 'text', text: 'vm list\n--all' });
  });

  it('greets an empty conversation with examples that fill the line', async () => {
    await using opened = await openTestConsole({ examples: ['help', 'vm list'] });
    await using window = await openTestPage(browser, opened);

    await window.page.getByRole('button', { name: 'vm list' }).click();
    assert.equal(await window.page.getByLabel('Command').inputValue(), 'vm list');
    await window.page.keyboard.press('Enter');
    await window.page.getByRole('listitem', { name: 'Echo: vm list' }).waitFor();

    assert.equal(await window.page.getByText('You are Ann Berg.').isVisible(), false);
  });

  it('says the summary of a new message, not of an edit', async () => {
    await using opened = await openTestConsole();
    opened.conversation.put('p-ann', { id: 'm-0', card: createEcho('from before') });
    await using window = await openTestPage(browser, opened);

    opened.conversation.put('p-ann', { id: 'm-1', card: createEcho('first') });
    opened.conversation.put('p-ann', { id: 'm-1', card: createEcho('edited') });
    await window.catchUp();

    const announcer = window.page.getByRole('log');
    assert.match((await announcer.allTextContents()).join(), /^Echo: firstmark \d+$/);
  });

  it('keeps two people apart in two windows, by the fragment of the address', async () => {
    await using opened = await openTestConsole();
    await using ann = await openTestPage(browser, opened, { as: 'ann' });
    await using bob = await openTestPage(browser, opened, { as: 'bob' });

    await ann.say('for Ann');
    await bob.say('for Bob');
    await ann.page.getByRole('listitem', { name: 'Echo: for Ann' }).waitFor();
    await bob.page.getByRole('listitem', { name: 'Echo: for Bob' }).waitFor();

    assert.equal(await ann.page.getByText('for Bob').count(), 0);
    assert.equal(await bob.page.title(), 'Bob Stein – Drover');
  });

  it('counts what others have not seen, and switches by keyboard', async () => {
    await using opened = await openTestConsole();
    await using window = await openTestPage(browser, opened);
    const { page } = window;

    opened.conversation.put('p-bob', { id: 'b-1', card: createEcho('vote, please') });
    await page.getByRole('button', { name: 'You are Ann Berg 1 new for others' }).press('Enter');
    const checked = page.getByRole('menuitemradio', { checked: true });
    assert.match((await checked.textContent()) ?? '', /Ann Berg/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('listitem', { name: 'Echo: vote, please' }).waitFor();

    await page.getByRole('button', { name: 'You are Bob Stein', exact: true }).waitFor();
    assert.match(page.url(), /#bob$/);
  });

  it('closes the menu with Escape and gives the focus back', async () => {
    await using opened = await openTestConsole();
    await using window = await openTestPage(browser, opened);
    const button = window.page.getByRole('button', { name: 'You are Ann Berg' });

    await button.press('ArrowDown');
    await window.page.getByRole('menu').waitFor();
    await window.page.keyboard.press('Escape');

    assert.equal(await window.page.getByRole('menu').isVisible(), false);
    assert.equal(await window.page.evaluate('document.activeElement.id'), 'people-button');
  });

  it("shows times in the reader's zone and names it", async () => {
    await using opened = await openTestConsole();
    const sentAt = new Date('2026-05-12T12:02:00Z');
    opened.conversation.put('p-ann', { id: 'm-1', sentAt, card: createEcho('x') });
    await using berlin = await openTestPage(browser, opened, { timezoneId: 'Europe/Berlin' });
    await using delhi = await openTestPage(browser, opened, { timezoneId: 'Asia/Kolkata' });

    await berlin.page.getByText(/14:02 CEST$/).waitFor();
    await delhi.page.getByText(/17:32 GMT\+5:30$/).waitFor();
  });

  it('leaves a reader of older messages where they are and offers the newer ones', async () => {
    await using opened = await openTestConsole();
    for (let number = 0; number < 30; number++) {
      opened.conversation.put('p-ann', { id: `m-${number}`, card: createEcho(`${number}`) });
    }
    await using window = await openTestPage(browser, opened);
    const { page } = window;

    await page.getByText('0', { exact: true }).scrollIntoViewIfNeeded();
    const before = await page.evaluate('scrollY');
    await window.catchUp();
    const offer = page.getByRole('button', { name: 'New message below' });
    assert.equal(await page.evaluate('scrollY'), before);
    await offer.click();

    assert.equal(await offer.isVisible(), false);
    assert.ok(Number(await page.evaluate('scrollY')) > Number(before));
  });
});
