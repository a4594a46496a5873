/** Point 1: the real `drover start`, and people in front of its page. */
import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium } from '#test/helpers/peers/chromium.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type ConsoleBed, type ConsoleServer, openConsoleBed } from './console-server.ts';
import { findCutOff, openConsoleWindow, readText } from './console-window.ts';
import { takePicture } from './pictures.ts';

const limits = { timeout: 280_000 };

describe('drover start', limits, () => {
  it('prints one line with one address, answers there, and ends when told to', async (test) => {
    await using bed = await openConsoleBed();
    const server = await bed.start();
    test.diagnostic(`from the start to the address: ${Math.round(server.startedInMs)} ms`);

    const answer = await fetch(server.url);
    const { code, tookMs } = await server.end('SIGTERM');

    assert.match(server.output(), /^\S[^\n]* http:\/\/127\.0\.0\.1:\d+\/\S*\n$/);
    assert.equal(answer.status, 200);
    assert.equal(code, 0);
    assert.ok(tookMs < 10_000, `it took ${tookMs} ms to end`);
    assert.equal(statSync(join(bed.dataFolder, 'console.key')).mode & 0o777, 0o600);
    assert.ok(existsSync(join(bed.dataFolder, 'drover.db')));
  });

  it('has the same address when it is started again', async () => {
    await using bed = await openConsoleBed();
    const first = await bed.start();
    await first.end('SIGTERM');

    const second = await bed.start();

    assert.equal(second.url, first.url);
  });
});

describe('people in front of the console', { ...limits, ...needsPeer('chromium') }, () => {
  let bed: ConsoleBed;
  let server: ConsoleServer;
  let browser: Browser;
  before(async () => {
    bed = await openConsoleBed();
    server = await bed.start();
    browser = await launchChromium();
  });
  after(async () => {
    await browser.close();
    await bed[Symbol.asyncDispose]();
  });

  const open = (as: string, options = {}) =>
    openConsoleWindow(browser, server.url, { as, ...options });

  it('Ann asks by text, Bob agrees by the button, the card goes live to its end, the VM is listed', async () => {
    await using ann = await open('ann', { viewport: { width: 1100, height: 570 } });
    const phone = { viewport: { width: 390, height: 620 }, colorScheme: 'dark' };
    await using bob = await open('bob', phone);
    const seen = await ann.watchFor(/J-\d+ · \d+ %/);

    const line = 'vm create web-07 --template ubuntu-24 --memory 8GiB --reason "load test"';
    const asked = await ann.say(line);
    await bob.page.getByRole('button', { name: 'Approve' }).waitFor();
    await takePicture(bob.page, 'approval');
    const actions = await asked.getByRole('button').allTextContents();
    await bob.page.getByRole('button', { name: 'Approve' }).click();
    const job = ann.card('Creating web-07');
    await job.getByText(/J-\d+ · [3-9]\d %/).waitFor();
    await takePicture(ann.page, 'live-job');
    await job.getByText(/J-\d+ · done/).waitFor();
    await bob
      .card('Ann Berg wants to create web-07')
      .getByText(/J-\d+ is done/)
      .waitFor();
    const list = await ann.say('vm list --match "web-*"');

    assert.match((await asked.textContent()) ?? '', /^You: vm create web-07 --template ubuntu-24/);
    // Nobody agrees to what they asked for themselves: the buttons are not even there.
    assert.deepEqual(
      actions.filter((label) => /Approve|Deny/.test(label)),
      [],
    );
    const percents = await seen();
    assert.ok(new Set(percents).size >= 4, `seen were ${percents.join(', ')}`);
    assert.match(await readText(list), /web-07\s+on\s+2 vCPU · 8 GiB\s+.*\/prod\/web\s+Ann Berg/);
    await takePicture(ann.page, 'vm-list');
  });

  it('Ann fills in a form, mends its fault, and reads why Bob said no', async () => {
    await using ann = await open('ann', { viewport: { width: 1100, height: 826 } });
    await using bob = await open('bob');

    const form = await ann.say('vm create');
    const template = form.getByLabel(/^Template/);
    const offered = await template.getByRole('option').allTextContents();
    assert.deepEqual(offered.toSorted(), ['debian-12', 'ubuntu-24']);
    await form.getByLabel(/^Name/).fill('web-21');
    await template.selectOption('debian-12');
    await form.getByLabel(/^Memory/).fill('4,5GiB');
    await form.getByLabel(/^Network/).selectOption('VLAN-100');
    await form.getByLabel(/^Reason/).fill('a second one');
    await form.getByRole('button', { name: 'Send' }).click();

    const faulty = ann.card(/4,5GiB can be read in more than one way/);
    await faulty.waitFor();
    assert.equal(await faulty.getByLabel(/^Name/).inputValue(), 'web-21');
    assert.equal(await faulty.getByLabel(/^Template/).inputValue(), 'debian-12');
    assert.equal(await faulty.getByLabel(/^Memory/).inputValue(), '4,5GiB');
    assert.equal(await faulty.getByLabel(/^Network/).inputValue(), 'VLAN-100');
    assert.equal(await faulty.getByLabel(/^Reason/).inputValue(), 'a second one');
    assert.equal(await faulty.getByLabel('Yes').isChecked(), true);
    await takePicture(ann.page, 'form');
    await faulty.getByLabel(/^Memory/).fill('4.5GiB');
    await faulty.getByRole('button', { name: 'Send' }).click();

    const asked = ann.card('Ann Berg wants to create web-21');
    await asked.waitFor();
    assert.match((await asked.textContent()) ?? '', /^You: vm create web-21 --template debian-12/);
    const request = bob.card('Ann Berg wants to create web-21');
    assert.match(await readText(request), /4\.5 GiB/);
    await request.getByRole('button', { name: 'Deny…' }).click();
    await request.getByRole('button', { name: 'Send' }).click();
    await request.getByText('This is needed.').waitFor();
    await request.getByLabel('Why not?').fill('wait for the new hosts');
    await request.getByRole('button', { name: 'Send' }).click();

    await asked.getByText('Reason: wait for the new hosts').waitFor();
    await asked.getByText(/^Denied by Bob Stein \d\d:\d\d CES?T$/).waitFor();
    await bob.page.getByRole('button', { name: 'Approve' }).waitFor({ state: 'detached' });
  });

  it('says what is not allowed, what was mistyped, and asks which of two is meant', async () => {
    await using ann = await open('ann', { viewport: { width: 1100, height: 568 } });

    const refused = await ann.say('vm stop db-01');
    const mistyped = await ann.say('vm create web-09 --template ubuntu-24 --memroy 16GiB');
    await takePicture(ann.page, 'refused');
    await ann.say('vm create web-01 --template debian-12 --folder /test --start=false');
    await ann
      .card('Creating web-01')
      .getByText(/J-\d+ · done/)
      .waitFor();
    const choice = await ann.say('vm show web-01');

    assert.match(await readText(refused), /Not allowed: vm stop db-01/);
    assert.match(await readText(mistyped), /\s{2}\^{8}\n[^^]*no option --memroy/);
    assert.match(await readText(choice), /Two VMs are called web-01\. Which one\?/);
    await choice.getByRole('button', { name: /web-01 in \/test, lab-vc.*owner Ann Berg/ }).click();
    const shown = ann.card('VM web-01');
    await shown.getByRole('button', { name: 'Start' }).waitFor();
    await mistyped.getByRole('button', { name: /--memory 16GiB/ }).click();
    const asked = ann.card('Ann Berg wants to create web-09');
    assert.match((await asked.textContent()) ?? '', /^You: vm create web-09 .*--memory 16GiB/);
  });

  it('by keyboard alone: Ann asks, Eva goes to the card and agrees', async () => {
    await using ann = await open('ann');
    await using eva = await open('eva');

    await ann.page.keyboard.type('vm create web-22 --template debian-12');
    await ann.page.keyboard.press('Enter');
    const request = eva.card('Ann Berg wants to create web-22');
    await request.getByRole('button', { name: 'Approve' }).waitFor();
    // From the line up: Details, Deny, Approve of the newest card.
    for (const _ of ['Details', 'Deny…', 'Approve']) await eva.page.keyboard.press('Shift+Tab');
    await eva.page.keyboard.press('Enter');

    await ann
      .card('Creating web-22')
      .getByText(/J-\d+ · done/)
      .waitFor();
  });

  it('on 320 px nothing is cut off, and a reload loses nothing', async () => {
    await using ann = await open('ann', { viewport: { width: 320, height: 640 } });
    const { page } = ann;
    for (const line of ['help', 'host list', 'vm list', 'whoami', 'explain vm delete db-01'])
      await ann.say(line);

    const cutOff = await findCutOff(page);
    const messages = page.locator('#conversation > li');
    const before = await messages.allTextContents();
    await page.reload();
    await messages.nth(before.length - 1).waitFor();

    assert.deepEqual(cutOff, []);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320);
    assert.deepEqual(await messages.allTextContents(), before);
  });

  it('H31 comes back by itself to a Drover that was killed in the middle of a job', async () => {
    await using ann = await open('ann', { expectsLostCalls: true });
    await ann.say('vm create web-31 --template ubuntu-24 --folder /test --disk 120GiB');
    const job = ann.card('Creating web-31');
    await job.getByText(/J-\d+ · [1-9]\d? %/).waitFor();

    await server.end('SIGKILL');
    await ann.page.getByText(/^No connection to Drover since/).waitFor();
    server = await bed.start();

    await job.getByText(/J-\d+ · done/).waitFor();
    await ann.page.getByText(/^No connection to Drover since/).waitFor({ state: 'hidden' });
    const list = await ann.say('vm list --match web-31');
    assert.match(await readText(list), /VMs\n1\n/);
  });
});
