import {
  type ActiveDirectory,
  createActiveDirectory,
} from '#adapters/active-directory/active-directory.ts';
import { ActiveDirectoryConfig } from '#adapters/active-directory/config.ts';
import type { Account } from '#core/ports/directory.ts';
import { baseDn, serverName, serviceAccount } from '#test/peers/samba/domain.ts';

export interface OpenedDirectory extends AsyncDisposable {
  readonly directory: ActiveDirectory;
}

interface Where {
  readonly controllers: readonly { readonly server: string }[];
  readonly caFile: string;
}

type ConfigInput = Partial<(typeof ActiveDirectoryConfig)['_zod']['input']>;

/** The adapter on a test domain, by all its controllers in order. */
export function openDirectory(
  { controllers, caFile }: Where,
  changed: ConfigInput = {},
): OpenedDirectory {
  const config = ActiveDirectoryConfig.parse({
    servers: controllers.map(({ server }) => server),
    ...{ baseDn, caFile, servername: serverName, ...serviceAccount },
    ...changed,
  });
  const directory = createActiveDirectory(config);
  return { directory, [Symbol.asyncDispose]: () => directory.close() };
}

/** The account of that login, which the test takes for granted. */
export async function readLogin({ directory }: OpenedDirectory, login: string): Promise<Account> {
  const account = await directory.findByLogin(login);
  if (!account) throw new Error(`the test domain has no ${login}`);
  return account;
}
