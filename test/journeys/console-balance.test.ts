/** A cluster is balanced in front of the console: proposed, some moves unticked, agreed on a phone, done. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium } from '#test/helpers/peers/chromium.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { type ConsoleBed, type ConsoleServer, openConsoleBed } from './console-server.ts';
import { findCutOff, openConsoleWindow, readText } from './console-window.ts';
import { makeEstate, names } from './moves-stage.ts';
import { takePicture } from './pictures.ts';

const limits = { timeout: 200_000 };
const LAB = new URL('../../bot/lab.yaml', import.meta.url);

/** Twelve VMs on one host, two on the others. */
function writeConfig(folder: string): string {
  const large = { memory: '192GiB' } as const;
  const connection = makeEstate({
    on: { 'esx-01': names(12), 'esx-02': ['web-01', 'web_02_x'], 'esx-03': ['db-01', 'db-02'] },
    hosts: {
      'esx-01': { ...large, cpuUsedShare: 0.72 },
      'esx-02': { ...large, cpuUsedShare: 0.12 },
      'esx-03': { ...large, cpuUsedShare: 0.15 },
    },
    vms: Object.fromEntries(names(12).map((name) => [name, { cpuDemandCores: 1.5 }])),
  });
  const estate = join(folder, 'estate.json');
  writeFileSync(estate, JSON.stringify({ connections: [connection] }));
  const config = join(folder, 'drover.yaml');
  const wish = `  speed: 100\n  estate: ${JSON.stringify(estate)}`;
  writeFileSync(config, readFileSync(LAB, 'utf8').replace('  speed: 10', wish));
  return config;
}

describe('a cluster is balanced in the console', { ...limits, ...needsPeer('chromium') }, () => {
  const folder = createTemporaryFolder('balance');
  let bed: ConsoleBed;
  let server: ConsoleServer;
  let browser: Browser;
  before(async () => {
    bed = await openConsoleBed(writeConfig(folder.path));
    server = await bed.start();
    browser = await launchChromium();
  });
  after(async () => {
    await browser.close();
    await bed[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  const open = (as: string, options = {}) =>
    openConsoleWindow(browser, server.url, { as, ...options });

  it('Carl unticks one of the moves, Bob agrees, the others are made', async () => {
    await using carl = await open('carl', { viewport: { width: 1100, height: 620 } });
    await using bob = await open('bob', { viewport: { width: 390, height: 700 } });

    const proposal = await carl.say('cluster balance C1 --reason "esx-01 is noisy"');
    const proposed = await readText(proposal);
    await takePicture(carl.page, 'balance-proposal');
    await proposal.getByRole('button', { name: /^Choose moves/ }).click();
    const boxes = proposal.getByRole('checkbox');
    const count = await boxes.count();
    await boxes.last().uncheck();
    await carl.page.setViewportSize({ width: 1100, height: 900 });
    await takePicture(carl.page, 'balance-choice');
    const cutOff = await findCutOff(carl.page);
    await proposal.getByRole('button', { name: 'Send' }).click();
    const request = bob.card(/Carl Wu wants to balance C1/);
    await request.getByRole('button', { name: 'Approve' }).waitFor();
    const asked = await readText(request);
    await request.getByRole('button', { name: 'Approve' }).click();
    const job = carl.card(/^Balancing C1/);
    await job.getByText(/J-\d+ · done/).waitFor({ timeout: 120_000 });

    assert.match(proposed, /Imbalance \d+ % → \d+ %/);
    assert.ok(count > 2, `${count} boxes`);
    assert.deepEqual(cutOff, []);
    assert.match(asked, new RegExp(`balance C1 by ${count - 1} moves`));
    assert.match(await readText(job), /J-1 · done/);
  });
});
