/**
 * Who has a view of their own of the cards in a conversation: its members who may vote.
 *
 * The list says only whose client asks by itself; whoever asks gets the card that is theirs, and every click is judged anew.
 */
import { toChatId } from '#core/ports/account-links.ts';
import type { House } from '../house.ts';
import { viewersAtMost } from '../renderers/teams-card.ts';
import { toConversation } from './envelope.ts';
import type { TeamsHost } from './host.ts';

type Viewers = Required<Pick<TeamsHost, 'noteViewer' | 'dropViewer' | 'listViewers'>>;

/** A conversation of more is looked through as far. */
const readersAtMost = 500;
const transport = 'teams';

export function createViewers(
  { store, directory, rules, onError }: House,
  tenant: string,
): Viewers {
  const voting = new Set(rules.policies.flatMap(({ approvals }) => approvals?.group.id ?? []));

  async function mayVote(personId: string): Promise<boolean> {
    try {
      const account = await directory.findAccount(personId);
      return account?.state === 'active' && account.groupIds.some((id) => voting.has(id));
    } catch (error) {
      // A card does not wait for it: one who asks in vain sees what everybody sees.
      onError(error);
      return true;
    }
  }

  return {
    async noteViewer({ place, userId, teamsUserId: readerId }) {
      const known = await store.read(({ chatPlaces }) =>
        chatPlaces.findReader(transport, place, userId),
      );
      if (known?.readerId === readerId) return;
      await store.transact((tx) => tx.chatPlaces.putReader({ transport, place, userId, readerId }));
    },
    dropViewer: ({ place, teamsUserId }) =>
      store.transact((tx) => tx.chatPlaces.removeReader(transport, place, teamsUserId)),
    async listViewers(place) {
      const linked = await store.read(async ({ chatPlaces, links }) => {
        const at = toConversation(place);
        const readers = await chatPlaces.listReaders(transport, at, readersAtMost);
        const found: { readonly readerId: string; readonly personId: string }[] = [];
        for (const { readerId, userId } of readers) {
          const link = await links.find(toChatId({ transport, tenant, userId }));
          if (link) found.push({ readerId, personId: link.personId });
        }
        return found;
      });
      const viewers: string[] = [];
      for (const { readerId, personId } of linked) {
        if (viewers.length >= viewersAtMost) break;
        if (await mayVote(personId)) viewers.push(readerId);
      }
      return viewers;
    },
  };
}
