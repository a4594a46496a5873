/** The pictures of the README: made by the journeys, with `UPDATE_IMAGES=1` only, and looked at before a commit. */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const isUpdate = process.env.UPDATE_IMAGES === '1';
const mostBytes = 150_000;

export async function takePicture(page: Page, name: string): Promise<void> {
  if (!isUpdate) return;
  const path = fileURLToPath(new URL(`../../docs/images/${name}.png`, import.meta.url));
  // No ring around the line below: who reads the README has not clicked there.
  await page.evaluate('document.activeElement.blur()');
  await page.screenshot({ path, animations: 'disabled' });
  assert.ok(statSync(path).size < mostBytes, `${name} is larger than ${mostBytes} bytes`);
}
