/**
 * The pictures of a card as files that Slack has, before the card is drawn.
 *
 * Each is uploaded once a workspace. What cannot be drawn or uploaded is told to `onFault`, and stands on the card as text.
 */
import { OperationError } from '#core/errors.ts';
import type { Card } from '../cards/card.ts';
import { drawTimeline } from '../pictures/draw-timeline.ts';
import type { Timeline } from '../pictures/limit-timeline.ts';
import { listTimelines } from '../pictures/list-timelines.ts';
import type { Picture } from '../pictures/picture.ts';
import { hashPicture, type Pictures } from '../pictures/pictures.ts';
import type { FileOf } from '../renderers/block-kit-blocks.ts';
import { cutLetters } from '../renderers/letter-true.ts';
import type { FileMemory } from './file-memory.ts';
import type { UploadFile } from './upload-file.ts';

export interface CardFiles {
  readonly hashes: readonly string[];
  readonly fileOf: FileOf;
}

export interface PictureFiles {
  /** Of what stands on the message itself; details are a form, which does not wait. Never rejects. */
  prepare(card: Pick<Card, 'body'>): Promise<CardFiles>;
  /** Slack does not show them any more, or not yet: they are uploaded anew when they are needed again. */
  forget(hashes: readonly string[]): Promise<void>;
}

export interface PictureFilesOptions {
  readonly pictures: Pictures;
  readonly memory: FileMemory;
  readonly upload: UploadFile;
  readonly onFault: (error: unknown) => void;
}

/** Sharp on a screen of twice the points. */
const zoom = 2;
const altLetters = 1_000;
const titleLetters = 200;

export const noFiles: CardFiles = { hashes: [], fileOf: () => undefined };

export function createPictureFiles(options: PictureFilesOptions): PictureFiles {
  const { pictures, memory, upload, onFault } = options;
  const underWay = new Map<string, Promise<string | undefined>>();
  let isPermitted = true;

  async function find(picture: Picture, hash: string): Promise<string | undefined> {
    try {
      const known = await memory.find(hash);
      if (known !== undefined || !isPermitted) return known;
      const png = await pictures.draw(picture, zoom);
      if (!png) return undefined;
      const [title, alt] = [
        cutLetters(picture.title, titleLetters),
        cutLetters(picture.alt, altLetters),
      ];
      const id = await upload({ name: 'timeline.png', title, alt, bytes: png.bytes });
      await memory.keep(hash, id);
      return id;
    } catch (error) {
      // A right that the app was not given does not come by asking again; a start later it may be there.
      if (isNotPermitted(error)) isPermitted = false;
      onFault(error);
      return undefined;
    }
  }

  function findOnce(picture: Picture, hash: string): Promise<string | undefined> {
    const begun = underWay.get(hash);
    if (begun) return begun;
    const found = find(picture, hash).finally(() => underWay.delete(hash));
    underWay.set(hash, found);
    return found;
  }

  return {
    async prepare({ body }) {
      const files = new Map<Timeline, string>();
      const hashes: string[] = [];
      for (const timeline of listTimelines({ body })) {
        const picture = drawTimeline(timeline);
        const hash = hashPicture(picture, zoom);
        const id = await findOnce(picture, hash);
        if (id === undefined) continue;
        files.set(timeline, id);
        hashes.push(hash);
      }
      return { hashes, fileOf: (timeline) => files.get(timeline) };
    },
    async forget(hashes) {
      try {
        for (const hash of hashes) await memory.forget(hash);
      } catch (error) {
        onFault(error);
      }
    },
  };
}

function isNotPermitted(error: unknown): boolean {
  return error instanceof OperationError && error.code === 'not_permitted_on_platform';
}
