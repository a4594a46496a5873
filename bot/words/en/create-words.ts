/** What is said of a new VM that cannot be asked for as it was typed. */

const NOTHING = 'Nothing was done.';

export const CREATE_WORDS = {
  noFolderOpen: (connection: string) => `No folder of ${connection} is yours to make VMs in`,
  noFolder: (folder: string, connection: string) => `${connection} has no folder ${folder}`,
  folders: (known: readonly string[], connection: string, template: string) =>
    known.length > 0
      ? `You may make VMs there in ${known.join(', ')}.`
      : `The template ${template} lies on ${connection}, and you may make VMs in no folder there.`,
  folderElsewhere: (folder: string, connections: readonly string[]) =>
    `${folder} is a folder of ${connections.join(' and ')}; for a VM there take a template of ${connections[0]}.`,
  nothing: NOTHING,
} as const;
