/** Pictures of the main cards, in a folder; without a folder there is no browser either. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from '#test/helpers/peers/chromium.ts';
import type { SeenCard } from './chat.ts';

export type TakePicture = (card: SeenCard, name: string) => Promise<void>;

export interface Album extends AsyncDisposable {
  readonly take: TakePicture;
}

export async function openAlbum(folder: string | undefined): Promise<Album> {
  if (folder === undefined)
    return { take: async () => undefined, async [Symbol.asyncDispose]() {} };
  mkdirSync(folder, { recursive: true });
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 720, height: 600 } });
  return {
    take: (card, name) => card.draw(page, join(folder, `evacuate-${name}.png`)),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
