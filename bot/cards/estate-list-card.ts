/** A list of one kind: what it shows, of how many, how old that is, and what to type when nothing was found. */
import type { ObjectKind } from '#core/inventory/estate-object.ts';
import { KIND_WORDS } from '../words/en/view-words.ts';
import { plural, toCount } from '../words/units.ts';
import type { Block } from './card.ts';
import type { Draft, DraftAction } from './draft.ts';

type Table = Extract<Block, { block: 'table' }>;

export interface ListFacts {
  readonly kind: ObjectKind;
  readonly columns: Table['columns'];
  readonly rows: Table['rows'];
  /** All that match, those shown among them. */
  readonly total: number;
  /** What of the estate cannot be read now (H10). */
  readonly troubles: readonly string[];
  /** What is odd about those shown, what was read otherwise than typed, and what may have been meant. */
  readonly notes: readonly string[];
  readonly actions: readonly DraftAction[];
}

export function estateListCard(facts: ListFacts): Draft {
  const { kind, columns, rows, total, troubles, notes, actions } = facts;
  const word = KIND_WORDS[kind];
  const isPart = rows.length < total;
  const title =
    total === 0 ? `No ${word} found` : `${word.charAt(0).toUpperCase()}${word.slice(1)}s`;
  const shown = isPart ? `${toCount(rows.length)} of ${toCount(total)}` : toCount(total);
  const summary = total === 0 ? title : isPart ? `${shown} ${word}s` : plural(total, word);
  const table: Table = {
    block: 'table',
    columns,
    rows,
    ...(isPart ? { more: toMore(shown) } : {}),
  };
  return {
    ...{ title, summary, tone: troubles.length > 0 ? 'warning' : 'neutral', actions },
    ...(total === 0 ? {} : { state: shown }),
    body: [
      ...troubles.map((text): Block => ({ block: 'text', text, weight: 'strong' })),
      ...(rows.length > 0 ? [table] : []),
      ...notes.map((text): Block => ({ block: 'text', text, weight: 'quiet' })),
    ],
  };
}

function toMore(shown: string): string {
  return `${shown} shown; --limit shows up to 500, --match "web-*" narrows it down`;
}
