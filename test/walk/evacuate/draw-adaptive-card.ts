/** An Adaptive Card as its official renderer draws it: to look at, not to compare. */
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const renderer = createRequire(import.meta.url).resolve('adaptivecards/dist/adaptivecards.min.js');

export async function drawAdaptiveCard(page: Page, card: object, file: string): Promise<void> {
  await page.setContent(
    '<!doctype html><meta charset="utf-8"><style>body{margin:0;padding:16px;font-family:"Segoe UI",Arial,sans-serif}#m{max-width:560px;padding:8px}</style><div id="m"></div>',
  );
  await page.addScriptTag({ path: renderer });
  await page.evaluate(
    `{
      const card = new AdaptiveCards.AdaptiveCard();
      card.parse(${JSON.stringify(card)});
      document.getElementById('m').replaceChildren(card.render());
    }`,
  );
  await page.locator('#m').screenshot({ path: file });
}
