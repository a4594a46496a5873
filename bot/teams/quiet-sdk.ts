/**
 * Keeps the SDK's own words out of the log.
 *
 * It prints keys and whole errors for every token that it refuses, so that anybody could fill the log (lesson S20). What
 * it throws reaches us anyway. Only calls made inside `quietly` are silent; everybody else's `console.error` is untouched.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

const quiet = new AsyncLocalStorage<true>();
let isInstalled = false;

function install(): void {
  if (isInstalled) return;
  isInstalled = true;
  for (const name of ['error', 'warn'] as const) {
    // biome-ignore lint/suspicious/noConsole: what others print there is the matter here
    const before = console[name];
    console[name] = (...words: unknown[]) => {
      if (!quiet.getStore()) before.apply(console, words);
    };
  }
}

export function quietly<Value>(work: () => Promise<Value>): Promise<Value> {
  install();
  return quiet.run(true, work);
}
