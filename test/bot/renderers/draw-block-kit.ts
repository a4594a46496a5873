/**
 * Block Kit as a picture, about as Slack shows it: to look at, not to compare.
 *
 *     node test/bot/renderers/draw-block-kit.ts FOLDER
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { toSlackMessage } from '#bot/renderers/block-kit-message.ts';
import { toSlackDetails, toSlackModal } from '#bot/renderers/block-kit-modal.ts';
import { launchChromium } from '#test/helpers/peers/chromium.ts';
import { exampleCards } from './example-cards.ts';

const require = createRequire(import.meta.url);
const { createElement } = require('react');
const { renderToStaticMarkup } = require('react-dom/server');
const { Message } = require('slack-blocks-to-jsx');
const css = readFileSync(require.resolve('slack-blocks-to-jsx/dist/style.css'), 'utf8');

const logo =
  'data:image/svg+xml;utf8,<svg xmlns="http://www.w3.org/2000/svg" width="36" height="36"><rect width="36" height="36" fill="%235b5fc7"/></svg>';

async function drawBlocks(page: Page, blocks: readonly object[], file: string, width: number) {
  const data = { users: [], channels: [], user_groups: [] };
  const message = { blocks, time: new Date(0), name: 'Drover', logo, theme: 'light', data };
  const html = renderToStaticMarkup(createElement(Message, message));
  await page.setContent(
    `<!doctype html><meta charset="utf-8"><style>${css} body{margin:0;padding:16px;background:#fff;font-family:Lato,"Helvetica Neue",Arial,sans-serif}</style><div id="m" style="max-width:${width}px">${html}</div>`,
  );
  await page.locator('#m').screenshot({ path: file });
}

async function main(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await using browser = await launchChromium();
  for (const [name, width] of [
    ['desktop', 680],
    ['phone', 320],
  ] as const) {
    const page = await browser.newPage({ viewport: { width: width + 40, height: 600 } });
    for (const [card, drawn] of Object.entries(exampleCards)) {
      const { blocks } = toSlackMessage(drawn, { detailsRef: 'copy-1' });
      await drawBlocks(page, blocks, join(folder, `${card}-${name}.png`), width);
    }
    const [create] = exampleCards.form.actions;
    if (create) {
      const { blocks } = toSlackModal(exampleCards.form, create, '');
      await drawBlocks(page, blocks, join(folder, `form-modal-${name}.png`), width);
    }
    const details = toSlackDetails(exampleCards.approval).blocks;
    await drawBlocks(page, details, join(folder, `approval-details-${name}.png`), width);
  }
}

await main(process.argv[2] ?? 'blocks');
