/**
 * What a person gives a terminal to speak for them: made where they are signed in, shown once, one at a time.
 *
 * It is worth no more than its account: the directory is asked each time it is used.
 */
import { randomBytes } from 'node:crypto';
import type { Account, Directory } from '#core/ports/directory.ts';
import type { Store } from '#core/ports/store.ts';
import { digestOf } from './link-code.ts';

export interface TerminalTokens {
  /** Takes the place of the earlier one. */
  make(personId: string): Promise<TokenShown>;
  /** False when there was none. */
  revoke(personId: string): Promise<boolean>;
  /** Until when the person's token can be used. Undefined: there is none. */
  findExpiry(personId: string): Promise<Date | undefined>;
  /** The person as the directory knows them now. Undefined: no such token any more, or the account may do nothing. */
  findPerson(token: string): Promise<Account | undefined>;
  /** Whether it was neither revoked nor replaced, and has not expired; nothing is asked of the directory. */
  isValid(token: string): Promise<boolean>;
  /** Writes down that somebody came with a token that is not valid. */
  noteRefused(): Promise<void>;
}

export interface TokenShown {
  readonly token: string;
  readonly expiresAt: Date;
}

const LASTS_MS = 30 * 24 * 3_600_000;
/** So that scanners for leaked secrets find it. */
const PREFIX = 'drover_';

export function createTerminalTokens({
  store,
  directory,
}: {
  readonly store: Store;
  readonly directory: Directory;
}): TerminalTokens {
  const find = (token: string) =>
    store.read((reads) => reads.links.findTerminalToken(digestOf(token)));
  return {
    async make(personId) {
      const token = `${PREFIX}${randomBytes(32).toString('base64url')}`;
      const expiresAt = await store.transact(async (tx) => {
        const at = new Date(tx.now.getTime() + LASTS_MS);
        await tx.links.putTerminalToken({ personId, digest: digestOf(token), expiresAt: at });
        await tx.audit.insert({ event: 'terminal_token_made', personId, facts: {} });
        return at;
      });
      return { token, expiresAt };
    },
    revoke: (personId) =>
      store.transact(async (tx) => {
        const wasThere = await tx.links.removeTerminalToken(personId);
        if (wasThere)
          await tx.audit.insert({ event: 'terminal_token_revoked', personId, facts: {} });
        return wasThere;
      }),
    async findExpiry(personId) {
      const token = await store.read((reads) => reads.links.findTerminalTokenOf(personId));
      return token?.expiresAt;
    },
    isValid: async (token) => (await find(token)) !== undefined,
    async findPerson(token) {
      const known = await find(token);
      const account = known && (await directory.findAccount(known.personId));
      return account?.state === 'active' ? account : undefined;
    },
    noteRefused: () =>
      store.transact((tx) =>
        tx.audit.insert({ event: 'sign_in_refused', facts: { code: 'token_not_accepted' } }),
      ),
  };
}
