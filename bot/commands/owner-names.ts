/** Names of owners, each asked of the directory once a command. */
import { OperationError } from '#core/errors.ts';
import type { Directory } from '#core/ports/directory.ts';

export type OwnerNames = (ownerId: string | undefined) => Promise<string>;

/** A directory that does not answer takes the name and nothing else from a view (H12). */
export function createOwnerNames({ findAccount }: Pick<Directory, 'findAccount'>): OwnerNames {
  const names = new Map<string, Promise<string>>();

  async function readName(ownerId: string): Promise<string> {
    try {
      const account = await findAccount(ownerId);
      if (!account) return 'gone from the directory';
      return account.state === 'active' ? account.name : `${account.name} (${account.state})`;
    } catch (cause) {
      if (cause instanceof OperationError) return 'name not readable now';
      throw cause;
    }
  }

  return async (ownerId) => {
    if (ownerId === undefined) return 'no owner';
    const known = names.get(ownerId) ?? readName(ownerId);
    names.set(ownerId, known);
    return known;
  };
}
