/** Blocks of a Slack message as a picture, about as Slack shows them: to look at, not to compare. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const require = createRequire(import.meta.url);
const { createElement } = require('react');
const { renderToStaticMarkup } = require('react-dom/server');
const { Message } = require('slack-blocks-to-jsx');
const css = readFileSync(require.resolve('slack-blocks-to-jsx/dist/style.css'), 'utf8');

const logo =
  'data:image/svg+xml;utf8,<svg xmlns="http://www.w3.org/2000/svg" width="36" height="36"><rect width="36" height="36" fill="%235b5fc7"/></svg>';

export async function drawBlocks(
  page: Page,
  blocks: readonly object[],
  file: string,
  width: number,
): Promise<void> {
  const data = { users: [], channels: [], user_groups: [] };
  const message = { blocks, time: new Date(0), name: 'Drover', logo, theme: 'light', data };
  const html = renderToStaticMarkup(createElement(Message, message));
  await page.setContent(
    `<!doctype html><meta charset="utf-8"><style>${css} body{margin:0;padding:16px;background:#fff;font-family:Lato,"Helvetica Neue",Arial,sans-serif}</style><div id="m" style="max-width:${width}px">${html}</div>`,
  );
  await page.locator('#m').screenshot({ path: file });
}
