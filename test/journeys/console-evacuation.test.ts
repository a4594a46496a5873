/** A host is emptied in front of the console: asked for, agreed on a phone, watched, answered, ended. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium } from '#test/helpers/peers/chromium.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type ConsoleBed, type ConsoleServer, openConsoleBed } from './console-server.ts';
import { openConsoleWindow, readText } from './console-window.ts';
import { takePicture } from './pictures.ts';

const limits = { timeout: 200_000 };
const ENTER = 'host maintenance enter esx-02 --reason "new memory"';

describe('a host is emptied in the console', { ...limits, ...needsPeer('chromium') }, () => {
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

  it('Carl asks, Bob agrees, the pinned VM is saved by its word, the host ends in maintenance', async () => {
    await using carl = await open('carl', { viewport: { width: 1100, height: 760 } });
    const phone = { viewport: { width: 390, height: 700 }, colorScheme: 'dark' };
    await using bob = await open('bob', phone);
    const rated = await carl.say('host rate web-01');
    await carl.page.setViewportSize({ width: 1100, height: 570 });
    await takePicture(carl.page, 'host-rate');
    await carl.page.setViewportSize({ width: 1100, height: 860 });
    const rehearsed = await carl.say('host maintenance enter esx-02 --rehearse --plan');
    const drawn = rehearsed.getByRole('img', { name: 'Rehearsed on a twin of the estate' });
    await drawn.waitFor();
    await takePicture(carl.page, 'evacuation-rehearsed');
    await carl.page.setViewportSize({ width: 1100, height: 740 });

    await carl.say(ENTER);
    const request = bob.card('Carl Wu wants to empty esx-02 for maintenance');
    await request.getByRole('button', { name: 'Approve' }).waitFor();
    await takePicture(bob.page, 'evacuation-request');
    const asked = await readText(request);
    await request.getByRole('button', { name: 'Approve' }).click();
    const job = carl.card('Emptying esx-02 for maintenance');
    const save = job.getByRole('button', { name: 'Save: mon-01' });
    await save.waitFor();
    await job
      .getByText(/[1-9]\d* VMs moved/)
      .first()
      .waitFor();
    await takePicture(carl.page, 'evacuation-job');
    await save.click();
    await job.getByText(/J-\d+ · done/).waitFor({ timeout: 120_000 });

    assert.match(await readText(rated), /esx-\d\d\s+★/);
    assert.match(await readText(rehearsed), /Takes:?\s.* on a twin of the estate/);
    assert.match(asked, /mon-01 cannot move: a device of its host is passed through to it/);
    const list = await readText(await carl.say('host list --match "esx-02"'));
    assert.match(list, /esx-02\s+.*maintenance/);
  });
});
