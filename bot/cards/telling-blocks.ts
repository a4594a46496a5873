/** Who was told of a request and who could not be reached: together, everybody who was meant (H33). */
import type { Telling } from '#core/ports/tellings.ts';
import { NOT_REACHED_WORDS, TELLING_WORDS } from '../words/en/telling-words.ts';
import type { Block } from './card.ts';

interface Field {
  readonly label: string;
  readonly value: string;
}

/** Nothing where nobody was meant. Of each kind so many names at most. */
export function tellingFields(tellings: readonly Telling[], namesAtMost: number): Field[] {
  const told = tellings.filter(({ outcome }) => outcome === 'told');
  const missed = tellings.filter(({ outcome }) => outcome === 'not_reached');
  const waiting = tellings.length - told.length - missed.length;
  if (tellings.length === 0) return [];
  const meant = tellings.length;
  return [
    {
      label: TELLING_WORDS.told,
      value: [
        TELLING_WORDS.count(told.length, meant),
        ...toNames(told, namesAtMost),
        ...(waiting > 0 ? [TELLING_WORDS.onTheirWay(waiting)] : []),
      ].join(' · '),
    },
    ...(missed.length > 0
      ? [
          {
            label: TELLING_WORDS.notReached,
            value: [
              TELLING_WORDS.count(missed.length, meant),
              ...toNames(missed, namesAtMost),
            ].join(' · '),
          },
        ]
      : []),
  ];
}

const NAMES_IN_DETAILS = 50;

export function tellingBlocks(tellings: readonly Telling[]): Block[] {
  const fields = tellingFields(tellings, NAMES_IN_DETAILS);
  return fields.length > 0 ? [{ block: 'fields', fields }] : [];
}

/** `Bob Stein, Eva Lang and 12 more`; with the reason for each who was not reached. */
function toNames(tellings: readonly Telling[], atMost: number): string[] {
  if (tellings.length === 0) return [];
  const names = tellings
    .slice(0, atMost)
    .map(({ personName, code }) =>
      code === null ? personName : `${personName} (${NOT_REACHED_WORDS[code]})`,
    );
  const more = tellings.length - names.length;
  return [names.join(', ') + (more > 0 ? ` ${TELLING_WORDS.more(more)}` : '')];
}
