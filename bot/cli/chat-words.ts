/** Every sentence that the terminal itself says; all else on its screen are cards. */
import type { Refusal } from '../terminal/protocol.ts';

const refusals: Readonly<Record<Refusal, (as: string) => string>> = {
  protocol_unknown: () => 'The Drover that runs is of another version than this one: restart it.',
  people_sign_in: () =>
    'People sign in here, so --as names nobody. Use your chat, or the console where you signed in.',
  person_unknown: (as) => `Drover knows nobody called ${as}. Try --as ann.`,
  hello_missing: () => 'Drover did not understand this window. Is it of the same version?',
  line_too_long: () => 'That is too long for one message; it was not sent.',
  line_not_understood: () => 'Drover did not understand this window. Is it of the same version?',
};

export const chatWords = {
  refusals,
  noServer: (folder: string) => `no Drover runs on ${folder}: npm start`,
  hello: (name: string) => `${name} at Drover. Type help, the number of an action, or exit.`,
  lost: 'The connection to Drover broke off; trying again for 30 s.',
  back: 'Connected again.',
  gaveUp: (folder: string) =>
    `Drover did not come back. What it had begun goes on once it runs again on ${folder}.`,
  dropped: (count: number) =>
    `${count} changes came faster than they could be shown; here is how things stand.`,
  tooLong: 'That is too long for one message; it was not sent.',
  notStored: 'Drover could not store that. Nothing was done; send it again.',
  noNumber: (number: string) => `Nothing here has the number ${number}.`,
  numberGone: (label: string) => `“${label}” can no longer be chosen.`,
  choose: 'Number or name',
  choiceUnknown: (typed: string) => `“${typed}” is none of the choices.`,
  yesOrNo: 'yes or no',
  needed: 'This is needed. A dot alone gives up.',
  gaveUpAsking: 'Given up; nothing was sent.',
  linesEnded: (label: string) =>
    `The input ended before “${label}” had its answers; nothing was sent.`,
  goesOn: (labels: readonly string[]) =>
    labels.length === 1
      ? `${labels[0]} goes on without this window.`
      : `${labels.join(', ')} go on without this window.`,
  exit: ['exit', 'quit'] as readonly string[],
  yes: ['y', 'yes'] as readonly string[],
  no: ['n', 'no'] as readonly string[],
  giveUp: '.',
} as const;
