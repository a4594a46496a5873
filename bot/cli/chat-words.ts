/** Every sentence that the terminal itself says; all else on its screen are cards. */
import type { Refusal } from '../terminal/protocol.ts';
import type { Speaker } from './speaker.ts';

const refusals: Readonly<Record<Refusal, (speaker: Speaker) => string>> = {
  protocol_unknown: () => 'The Drover that runs is of another version than this one: restart it.',
  people_sign_in: () =>
    'People sign in here, so --as names nobody. Leave it out, and let a token speak: get one on the page where you sign in (…/account.html).',
  token_not_accepted: () =>
    'Your token is not valid any more, or your account may not act. Get a new one on the page where you sign in (…/account.html).',
  directory_not_reachable: () =>
    'The directory cannot be reached, so Drover cannot tell who you are. Try again later.',
  lab_people: () => 'These are the people of the lab: say who speaks, as with --as ann.',
  person_unknown: (speaker) =>
    `Drover knows nobody called ${'as' in speaker ? speaker.as : 'so'}. Try --as ann.`,
  hello_missing: () => 'Drover did not understand this window. Is it of the same version?',
  line_too_long: () => 'That is too long for one message; it was not sent.',
  line_not_understood: () => 'Drover did not understand this window. Is it of the same version?',
};

export const chatWords = {
  speakers: {
    nobody: (file: string) =>
      `Who speaks? In the lab add --as PERSON, as --as ann. Where people sign in, get a token on the page where you sign in (…/account.html) and keep it in ${file}.`,
    empty: (file: string) =>
      `${file} is empty. Get a token on the page where you sign in (…/account.html) and keep it there.`,
    readable_by_others: (file: string) =>
      `Others can read your token in ${file}, so it was not used. Run chmod 600 ${file}; if somebody may have read it, get a new one.`,
  },
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
  chooseSome: 'Numbers, as 1 3 4',
  all: 'all',
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
