/** Said once to administrators: a place takes nothing any more, and what brings it back. */
import { DEAD_PLACE_WORDS, type DeadPlace } from '../words/en/telling-words.ts';
import type { Card } from './card.ts';

export function deadPlaceCard(place: DeadPlace): Card {
  const title = DEAD_PLACE_WORDS.title(place);
  return {
    ...{ title, tone: 'warning', summary: title, actions: [] },
    body: [
      { block: 'text', text: DEAD_PLACE_WORDS.text(place) },
      { block: 'text', text: DEAD_PLACE_WORDS.remedy(place) },
    ],
  };
}
