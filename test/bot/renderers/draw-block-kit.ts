/**
 * Block Kit as a picture, about as Slack shows it: to look at, not to compare.
 *
 *     node test/bot/renderers/draw-block-kit.ts FOLDER
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { toSlackMessage } from '#bot/renderers/block-kit-message.ts';
import { toSlackDetails, toSlackModal } from '#bot/renderers/block-kit-modal.ts';
import { drawBlocks } from '#test/helpers/draw-blocks.ts';
import { launchChromium } from '#test/helpers/peers/chromium.ts';
import { exampleCards } from './example-cards.ts';

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
