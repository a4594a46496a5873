/** A picture inside a card of Teams: a part of the message, so that nobody has to reach it anywhere else. */
import type { Timeline } from '../pictures/limit-timeline.ts';
import type { Png } from '../pictures/pictures.ts';
import { type Json, toLabel } from './letter-true.ts';

const altLetters = 500;

/** @see https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format */
export function toTeamsPicture({ alt }: Timeline, { bytes }: Png): Json {
  return {
    type: 'Image',
    url: `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`,
    altText: toLabel(alt, altLetters),
    size: 'Stretch',
    msteams: { allowExpand: true },
  };
}
