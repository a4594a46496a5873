/** What is said of a connection that is named in a command. */

const NOTHING = 'Nothing was done.';

export const CONNECTION_WORDS = {
  /** Also of one that the person may see nothing of. */
  none: (connection: string, known: readonly string[]): [string, string] => [
    `There is no connection ${connection}`,
    known.length > 0 ? `Known are ${known.join(', ')}. ${NOTHING}` : NOTHING,
  ],
  notOnHold: (connection: string): [string, string] => [
    `${connection} is not on hold`,
    `There is nothing to accept. ${NOTHING}`,
  ],
  accepted: (connection: string) => `${connection} is accepted as it stands`,
  readAnew: 'It is read anew now; changes are possible once that is done.',
} as const;
