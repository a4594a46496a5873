import type { Card } from '../cards/card.ts';
import type { Timeline } from './limit-timeline.ts';

/** Those of its details too. */
export function listTimelines({ body, details = [] }: Pick<Card, 'body' | 'details'>): Timeline[] {
  return [...body, ...details].filter((block) => block.block === 'timeline');
}
