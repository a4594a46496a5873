/** Words of `vm identify`: which of several VMs with one identity is the VM (H04). */

export const IDENTIFY_WORDS = {
  onlyOne: (name: string): [string, string] => [
    `Only one VM shows the identity of ${name}`,
    'There is nothing to tell apart. Nothing was done.',
  ],
  which: 'Which of these is the VM?',
  meaning:
    'They show one identity. The one you choose keeps owner and history; the others become VMs of their own, without owner.',
  nothing: 'Nothing was done.',
  columns: ['Name', 'Handle', 'Folder', 'Host', 'State', 'Owner'],
  notKnown: '?',
  owned: 'has an owner',
  ownerless: 'no owner',
  isTheVm: (name: string, handle: string) => `${name} (${handle}) is the VM`,
  confirm: (name: string, handle: string) => `Say that ${name} (${handle}) is the VM?`,
  settledBefore: [
    'Settled before',
    'That question is answered, or the VM is no more. Nothing was done.',
  ] as [string, string],
  others: 'The other is a VM of its own now, without owner.',
} as const;
