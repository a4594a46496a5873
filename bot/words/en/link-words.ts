/** Signing in, and linking a chat to an account. */

export const LINK_WORDS = {
  linked: (name: string) => `You are linked as ${name}`,
  linkedText: 'From now on what you write here is done in your name. Write unlink to end that.',
  limited: [
    'Too many codes were tried',
    'Wait ten minutes, then get a new code on the sign-in page. Nothing was done.',
  ],
  codeRefused: [
    'That code is not valid',
    'It was used, is older than ten minutes, or was mistyped. Get a new one on the sign-in page; nothing was done.',
  ],
  unknown: (chat: string) => `Drover does not know yet who you are in ${chat}`,
  overdue: 'Your link has to be confirmed again',
  howToLink: (url: string) =>
    `Sign in at ${url} with your own account, get a code, and write link and the code to Drover in a direct message.`,
  onlyPrivate: [
    'Give the code in a direct message',
    'Others read where you wrote it, so that code is void now. Get a new one on the sign-in page.',
  ],
  unlinked: (chat: string) => `You are no longer linked in ${chat}`,
  unlinkedText: 'What you write here is done in nobody’s name, until you link anew.',
  knownHere: [
    'You are known here already',
    'The console and the terminal know you by your sign-in. A code links Slack or Teams: write link and the code to Drover there, in a direct message. Nothing was done.',
  ],
  notLinkedHere: [
    'There is nothing to unlink here',
    'The console and the terminal know you by your sign-in. Write unlink in the chat you want to leave.',
  ],
  listTitle: (count: number) => (count === 1 ? '1 linked chat user' : `${count} linked chat users`),
  columns: ['Person', 'Chat', 'User', 'Linked', 'Confirmed'],
  nobody: (login: string): [string, string] => [
    `The directory knows nobody called ${login}`,
    'Give the login as the directory shows it. Nothing was done.',
  ],
  noneOf: (name: string): [string, string] => [
    `${name} has no linked chat`,
    'There was nothing to end.',
  ],
  revoked: (name: string, count: number) =>
    `${count === 1 ? 'The link' : `The ${count} links`} of ${name} ${count === 1 ? 'is' : 'are'} ended`,
  revokedText:
    'What they write in those chats is done in nobody’s name until they link anew. Jobs under way go on.',
} as const;
