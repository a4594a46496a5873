/** Whose telling a copy carries: a voter's, in a chat where they alone read. */
import type { CardCopy, CardRow } from '#core/ports/conversation-tables.ts';
import { isChat, isDirect } from '../conversation/destinations.ts';

export function meantBy(
  { kind, subjectId }: CardRow,
  { transport, place, personId }: CardCopy,
): { readonly requestId: string; readonly personId: string } | undefined {
  const isTelling = kind === 'request' && isChat(transport) && isDirect(place);
  if (!isTelling || subjectId === null || personId === null) return undefined;
  return { requestId: subjectId, personId };
}
