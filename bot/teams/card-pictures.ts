/**
 * The pictures of a card as Teams can show them, made before it is drawn.
 *
 * Teams takes no message over 28 KB and no picture over 1024 pixels, and a card is no reason to publish a picture on the
 * web: it goes inside the message, smaller where it must, and where it is too large for that, as text.
 */
import type { Card } from '../cards/card.ts';
import { within } from '../delivery/within.ts';
import { drawTimeline } from '../pictures/draw-timeline.ts';
import type { Timeline } from '../pictures/limit-timeline.ts';
import { listTimelines } from '../pictures/list-timelines.ts';
import type { Pictures } from '../pictures/pictures.ts';
import type { ListPictures } from '../renderers/adaptive-card.ts';
import { teamsHost } from '../renderers/adaptive-limits.ts';
import type { Json } from '../renderers/letter-true.ts';
import { toTeamsPicture } from '../renderers/teams-picture.ts';

/** Never rejects: what could not be made in time is drawn as text. */
export type PreparePictures = (card: Card, withinMs: number) => Promise<ListPictures>;

const zooms = [1, 0.75] as const;
const pixelsAtMost = 1_024;

export function createPreparePictures(
  pictures: Pictures,
  onFault: (error: unknown) => void,
): PreparePictures {
  async function list(timeline: Timeline): Promise<readonly Json[]> {
    const picture = drawTimeline(timeline);
    const made: Json[] = [];
    for (const zoom of zooms) {
      if (Math.max(picture.width, picture.height) * zoom > pixelsAtMost) continue;
      const png = await pictures.draw(picture, zoom);
      // The smaller one would fail for the same reason.
      if (!png) break;
      if (png.bytes.length * (4 / 3) < teamsHost.bytes) made.push(toTeamsPicture(timeline, png));
    }
    return made;
  }

  async function prepare(card: Card): Promise<ListPictures> {
    const timelines = listTimelines(card);
    const made = new Map<Timeline, readonly Json[]>();
    for (const timeline of timelines) made.set(timeline, await list(timeline));
    return (timeline) => made.get(timeline) ?? [];
  }

  return async (card, withinMs) => {
    try {
      return await within(withinMs, prepare(card));
    } catch (error) {
      onFault(error);
      return () => [];
    }
  };
}

/** Where nothing draws. */
export const prepareNone: PreparePictures = async () => () => [];
