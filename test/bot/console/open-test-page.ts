import assert from 'node:assert/strict';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { TestConsole } from './open-test-console.ts';

export interface TestPage extends AsyncDisposable {
  readonly page: Page;
  /** Types a command and sends it with Enter. */
  say(text: string): Promise<void>;
  /** Resolves once the page shows everything that the conversation was given before. */
  catchUp(): Promise<void>;
}

export interface TestPageOptions extends BrowserContextOptions {
  /** Login of the person, `ann` unless given. */
  readonly as?: string;
  /** The test cuts the connection: what the browser says about that is no fault. */
  readonly expectsLostCalls?: boolean;
}

let marks = 0;

/** Opens the console in a browser of its own; a script error or a broken policy fails the test. */
export async function openTestPage(
  browser: Browser,
  { url, conversation }: TestConsole,
  { as = 'ann', expectsLostCalls = false, ...options }: TestPageOptions = {},
): Promise<TestPage> {
  const context = await browser.newContext({ timezoneId: 'Europe/Berlin', ...options });
  const page = await context.newPage();
  const faults = watchFaults(page, expectsLostCalls);
  await page.goto(`${url}#${as}`);
  await page.waitForSelector('[data-connection=live]');
  return {
    page,
    say: async (text) => {
      await page.getByLabel('Command').fill(text);
      await page.keyboard.press('Enter');
    },
    catchUp: async () => {
      const summary = `mark ${++marks}`;
      const card = { title: summary, tone: 'neutral', summary, body: [], actions: [] } as const;
      conversation.put(`p-${as}`, { id: summary, card });
      await page.getByRole('listitem', { name: summary, exact: true }).waitFor();
    },
    [Symbol.asyncDispose]: async () => {
      await context.close();
      assert.deepEqual(faults, []);
    },
  };
}

function watchFaults(page: Page, expectsLostCalls: boolean): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error.stack)));
  page.on('console', (message) => {
    const isLostCall = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !(isLostCall && expectsLostCalls))
      faults.push(message.text());
  });
  return faults;
}
