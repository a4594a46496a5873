import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';

const executablePath = '/usr/bin/chromium';

const flags = [
  '--headless',
  '--no-sandbox', // the tests may run as root, where Chromium's sandbox refuses
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking', // and nothing leaves this machine
  '--disable-component-update',
  '--disable-sync',
];

export function isChromiumPresent(): boolean {
  return existsSync(executablePath);
}

/** Launches Debian's Chromium without a window; `await using` closes it. */
export async function launchChromium(): Promise<Browser> {
  // Loaded here, so that asking whether a browser is present does not cost the driver.
  const { chromium } = await import('playwright-core');
  return await chromium.launch({ executablePath, headless: true, args: flags });
}
