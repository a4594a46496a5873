/** What is said of a new VM that cannot be asked for as it was typed. */
import { toCount } from '../units.ts';

const NOTHING = 'Nothing was done.';

export const CREATE_WORDS = {
  noFolderOpen: (connection: string) => `No folder of ${connection} is yours to make VMs in`,
  noFolder: (folder: string, connection: string) => `${connection} has no folder ${folder}`,
  /** `more`: how many are not named, and the line whose form offers them. */
  folders: (known: readonly string[], more?: { readonly left: number; readonly form: string }) =>
    `You may make VMs there in ${known.join(', ')}${
      more
        ? ` and ${toCount(more.left)} more, which the form of this line offers: ${more.form}`
        : ''
    }.`,
  noFolders: (connection: string, template: string) =>
    `The template ${template} lies on ${connection}, and you may make VMs in no folder there.`,
  folderElsewhere: (folder: string, connections: readonly string[]) =>
    `${folder} is a folder of ${connections.join(' and ')}; for a VM there take a template of ${connections[0]}.`,
  nothing: NOTHING,
} as const;
