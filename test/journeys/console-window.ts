/** One person's window onto a running Drover, in a browser of its own. */
import assert from 'node:assert/strict';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';

export interface ConsoleWindow extends AsyncDisposable {
  readonly page: Page;
  /** Types a line, sends it with Enter, and waits for the message that answers it. */
  say(text: string): Promise<Locator>;
  /** The newest message whose first line this is. */
  card(title: string | RegExp): Locator;
  /** Everything that has been read in it since now, as `J-7 · 31 %`, each once. */
  watchFor(pattern: RegExp): Promise<() => Promise<string[]>>;
}

export interface WindowOptions extends BrowserContextOptions {
  readonly as: string;
  /** The server is killed meanwhile: what the browser says about that is no fault. */
  readonly expectsLostCalls?: boolean;
}

export const zone = 'Europe/Berlin';

/** Opens the console; a script error or a broken policy fails the test. */
export async function openConsoleWindow(
  browser: Browser,
  url: string,
  { as, expectsLostCalls = false, ...options }: WindowOptions,
): Promise<ConsoleWindow> {
  const viewport = { width: 1100, height: 760 };
  const context = await browser.newContext({ viewport, timezoneId: zone, ...options });
  // What does not come ends the test; a slow machine may take its time.
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  const faults = watchFaults(page, expectsLostCalls);
  await page.goto(`${url}#${as}`);
  await page.waitForSelector('[data-connection=live]');
  const messages = page.locator('#conversation > li');
  return {
    page,
    async say(text) {
      const before = await messages.count();
      await page.locator('#command').fill(text);
      await page.locator('#command').press('Enter');
      const answer = messages.nth(before);
      await answer.waitFor();
      return answer;
    },
    card: (title) => messages.filter({ has: page.getByText(title) }).last(),
    watchFor: (pattern) => watchFor(page, pattern),
    [Symbol.asyncDispose]: async () => {
      await context.close();
      assert.deepEqual(faults, []);
    },
  };
}

/** As it is read: a line for each line, nothing that is hidden. */
export async function readText(message: Locator): Promise<string> {
  return (await message.allInnerTexts()).join('\n');
}

function watchFaults(page: Page, expectsLostCalls: boolean): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error.stack)));
  page.on('console', (message) => {
    const isLostCall = /^Failed to load resource|net::ERR_/.test(message.text());
    if (message.type() === 'error' && !(isLostCall && expectsLostCalls))
      faults.push(message.text());
  });
  return faults;
}

/** Reads the page at each of its changes: what stood there for a moment only is seen, too. */
async function watchFor(page: Page, { source }: RegExp): Promise<() => Promise<string[]>> {
  await page.evaluate(`
    globalThis.seen = new Set();
    new MutationObserver(() => {
      const texts = document.body.innerText.matchAll(new RegExp(${JSON.stringify(source)}, 'g'));
      for (const [text] of texts) globalThis.seen.add(text);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  `);
  return async () => (await page.evaluate('[...globalThis.seen]')) as string[];
}

/** Names every element of which something lies outside the window or its own edges. */
export async function findCutOff(page: Page): Promise<unknown> {
  return await page.evaluate(`[...document.querySelectorAll('body *')].filter((element) => {
    const { right, left, width, height } = element.getBoundingClientRect();
    if (width <= 1 || height <= 1 || element.closest('.aligned')) return false;
    const { overflowX } = getComputedStyle(element);
    const hides = overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
    return right > innerWidth + 0.5 || left < 0 || hides;
  }).map((element) => element.outerHTML.slice(0, 200))`);
}
