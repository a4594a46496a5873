/** Who was told and who was not, and what becomes of a place that takes nothing any more. */
import type { FailingPlace, GoneCode } from '#core/ports/destinations.ts';
import type { NotReachedCode } from '#core/ports/tellings.ts';
import { toCount } from '../units.ts';

export const NOT_REACHED_WORDS: Readonly<Record<NotReachedCode, string>> = {
  not_linked: 'linked in no chat',
  no_account: 'no account any more',
  archived: 'the channel is archived',
  not_a_member: 'Drover is no member there',
  blocked: 'Drover may not write there',
  never_spoken: 'no private conversation with Drover',
  gone: 'the chat knows them no more',
  dead: 'could not be reached before',
  refused: 'the chat took no such message',
  no_answer: 'the chat does not answer',
};

export const TELLING_WORDS = {
  told: 'Told',
  notReached: 'Not reached',
  count: (some: number, all: number) => `${toCount(some)} of ${toCount(all)}`,
  more: (count: number) => `and ${toCount(count)} more`,
  onTheirWay: (count: number) => `${toCount(count)} on their way`,
} as const;

const CAUSE_WORDS: Readonly<Record<GoneCode, string>> = {
  archived: 'it is archived',
  not_a_member: 'Drover is no member of it',
  blocked: 'Drover may not write there',
  never_spoken: 'there is no conversation with Drover',
  gone: 'it is not there any more',
};

/** What makes a place take something again. */
const REMEDY_WORDS: Readonly<Record<GoneCode, string>> = {
  archived: 'Unarchive it',
  not_a_member: 'Add Drover to it',
  blocked: 'Let Drover write there',
  never_spoken: 'Install Drover there',
  gone: 'Whoever is behind it links a chat anew',
};

export interface DeadPlace extends Pick<FailingPlace, 'place' | 'failures' | 'code'> {
  /** `Slack`, `Teams`. */
  readonly chat: string;
  /** Whose direct messages it is. */
  readonly personName: string | undefined;
}

export const DEAD_PLACE_WORDS = {
  title: ({ chat, place, personName }: DeadPlace) =>
    personName === undefined
      ? `${place} in ${chat} takes no messages any more`
      : `${personName} cannot be reached in ${chat} any more`,
  text: ({ chat, code, failures }: DeadPlace) =>
    `${toCount(failures)} messages in a row were refused; the last time ${chat} said: ${CAUSE_WORDS[code]}. Nothing more is tried there, and what is meant for it goes elsewhere at once.`,
  remedy: ({ code }: DeadPlace) =>
    `${REMEDY_WORDS[code]}, or write to Drover from there: then it counts again, and what was missed is said.`,
} as const;
