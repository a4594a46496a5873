/** Back again: what changed first, approved and now side by side. */
import type { BoundsDifference } from '#core/plan/bounds.ts';
import type { HostRating } from '#core/plan/plan.ts';
import { END_WORDS, fillWords } from '../words/en/rights-words.ts';
import { toSize } from '../words/units.ts';
import type { Block } from './card.ts';
import { toRatingWords } from './plan-blocks.ts';
import type { RequestFacts } from './request-card.ts';

interface CameBack {
  readonly code: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly differences: readonly BoundsDifference[];
  readonly approvedPlace: HostRating | null;
}

export function cameBackBlocks(facts: RequestFacts): Block[] {
  const back = facts.request.cameBack as CameBack | null;
  if (!back) return [];
  const words = fillWords(END_WORDS[back.code] ?? back.code, back.facts);
  const title: Block = {
    block: 'text',
    weight: 'strong',
    text: `${words.charAt(0).toUpperCase()}${words.slice(1)}. All votes are void.`,
  };
  const differences = back.differences.map(({ part, key, approved, now }) => [
    part === 'oneOf' || part === 'exact' || part === 'atMost' ? toLabel(facts, key) : part,
    toValue(facts, key, approved),
    toValue(facts, key, now),
  ]);
  const rows = [...toPlaceRows(facts, back), ...differences];
  if (rows.length === 0) return [title];
  return [
    title,
    { block: 'table', columns: [{ title: '' }, { title: 'Approved' }, { title: 'Now' }], rows },
  ];
}

/** Where it would have come to be, beside where it would now: stars alone are no reason to come back. */
function toPlaceRows({ plan }: RequestFacts, { approvedPlace: was }: CameBack): string[][] {
  const { place: is } = plan.advice;
  if (!was || (was.hostId === is?.hostId && was.datastoreId === is.datastoreId)) return [];
  return [['place', toRatingWords(was), is ? toRatingWords(is) : 'none']];
}

/** Of several VMs each has a line of its own, and so has each that may go to hosts of its own. */
function toLabel({ index }: RequestFacts, key: string): string {
  const id = /^vm:(.+)$/.exec(key)?.[1];
  if (id === undefined) return index.get('vm', key)?.body.name ?? key;
  return index.get('vm', id)?.body.name ?? 'VM';
}

function toValue({ index }: RequestFacts, key: string, value: BoundsDifference['now']): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return key.endsWith('Bytes') ? toSize(value) : String(value);
  if (typeof value === 'string') return value || 'nothing';
  const names = value.map(
    (id) => index.get('host', id)?.body.name ?? index.get('datastore', id)?.body.name ?? id,
  );
  return names.length > 6
    ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`
    : names.join(', ') || 'none';
}
