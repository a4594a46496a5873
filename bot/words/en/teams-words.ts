/** What people read in Teams beside the cards. */
export const teamsWords = {
  about: 'Changes to virtual machines, agreed by the right people',
  aboutLong:
    'Drover creates, moves and maintains virtual machines on vSphere and Hyper-V. People ask in chat, the right people agree, and a job carries it out and shows how far it is.',
  taken: 'Taken. The card shows what comes of it.',
  notAMember:
    'Drover takes orders from full members of this organization only; guests and people of other organizations are not among them. Ask a member to do it. Nothing was done.',
  whoIsMeant: (name: string) =>
    `Drover knows no account of ${name}, whom you mention. Write their login in place of the mention. Nothing was done.`,
  answeredInPrivate: 'The answer is in your private chat with Drover',
  whereInPrivate:
    'It is for you alone. Where there is no such chat yet, open one with Drover and ask there again.',
  unclear:
    'Your message quotes, forwards or strikes something out, so it can be read in two ways. Write the command again, alone. Nothing was done.',
  cardIsOld:
    'This card is from an older version and shows nothing any more. Give the command again.',
  actionUnknown: 'Drover knows no such action. Nothing was done.',
  notTaken: 'Drover could not take it now. Try again. Nothing was done.',
  perhapsTaken:
    'Drover cannot say yet whether it was taken. Look at the card before you click again; a click counts once.',
  commands: {
    help: 'What can be asked',
    'vm list': 'Virtual machines, by connection, owner or name',
    'vm create': 'Ask for a new virtual machine',
    'job list': 'What is being done now',
    'approval list': 'What waits for your vote',
    whoami: 'Who Drover takes you for, and what you may',
  },
} as const;
