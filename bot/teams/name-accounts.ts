/**
 * A line in which people are mentioned, with each of them by the login of their account.
 *
 * Whoever is mentioned is found by the id in the mention, never by the name that is shown: others may carry it too.
 */
import { quoteWord } from '../grammar/quote.ts';
import type { Asker, TeamsHost } from './host.ts';
import type { FindMember } from './membership.ts';
import type { Asked } from './read-activity.ts';
import { toText } from './read-text.ts';

export interface NamingOptions {
  readonly host: Pick<TeamsHost, 'findLogin'>;
  readonly findMember: FindMember;
}

export type Named = { readonly text: string } | { readonly unknown: string };

export async function nameAccounts(
  { host, findMember }: NamingOptions,
  { tenant }: Asker,
  { pieces, serviceUrl, place }: Extract<Asked, { kind: 'text' }>,
): Promise<Named> {
  const logins = new Map<string, string>();
  for (const piece of pieces) {
    // A tag, a channel or the mere letters stay as they are.
    if (typeof piece === 'string' || !piece.teamsUserId?.startsWith('29:')) continue;
    const userId = await findMember({ serviceUrl, place, teamsUserId: piece.teamsUserId });
    const login = userId === undefined ? undefined : await host.findLogin?.({ tenant, userId });
    if (login === undefined) return { unknown: piece.name };
    // A login is a word, whatever stands in it: never an option, and never two words.
    logins.set(piece.teamsUserId, quoteWord(login));
  }
  return { text: toText(pieces, ({ name, teamsUserId = '' }) => logins.get(teamsUserId) ?? name) };
}
