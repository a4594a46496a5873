/** Who was told of a request and who could not be reached: together, everybody who was meant (H33). */
import type { Telling, TellingSum } from '#core/ports/tellings.ts';
import { NOT_REACHED_WORDS, TELLING_WORDS } from '../words/en/telling-words.ts';
import type { Block } from './card.ts';

interface Field {
  readonly label: string;
  readonly value: string;
}

/** Nothing where nobody was meant. Of each kind so many names at most. */
export function tellingFields(sum: TellingSum, namesAtMost: number): Field[] {
  const { told, waiting, not_reached: missed } = sum.counts;
  const meant = countMeant(sum);
  if (meant === 0) return [];
  return [
    {
      label: TELLING_WORDS.told,
      value: [
        TELLING_WORDS.count(told, meant),
        ...toNames(sum.told, told, namesAtMost),
        ...(waiting > 0 ? [TELLING_WORDS.onTheirWay(waiting)] : []),
      ].join(' · '),
    },
    ...(missed > 0
      ? [
          {
            label: TELLING_WORDS.notReached,
            value: [
              TELLING_WORDS.count(missed, meant),
              ...toNames(sum.notReached, missed, namesAtMost),
            ].join(' · '),
          },
        ]
      : []),
  ];
}

export function countMeant({ counts }: Pick<TellingSum, 'counts'>): number {
  return counts.told + counts.waiting + counts.not_reached;
}

export const NAMES_IN_DETAILS = 50;

export function tellingBlocks(sum: TellingSum): Block[] {
  const fields = tellingFields(sum, NAMES_IN_DETAILS);
  return fields.length > 0 ? [{ block: 'fields', fields }] : [];
}

/** `Bob Stein, Eva Lang and 12 more`; with the reason for each who was not reached. */
function toNames(first: readonly Telling[], count: number, atMost: number): string[] {
  if (count === 0) return [];
  const names = first
    .slice(0, atMost)
    .map(({ personName, code }) =>
      code === null ? personName : `${personName} (${NOT_REACHED_WORDS[code]})`,
    );
  const more = count - names.length;
  return [names.join(', ') + (more > 0 ? ` ${TELLING_WORDS.more(more)}` : '')];
}
