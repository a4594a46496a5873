/** How a conversation in a chat is reached later, where the chat lets one speak only by what was received: plain rows. */
import type { Json } from '../plan/plan.ts';

export interface ChatPlace {
  readonly transport: string;
  readonly place: string;
  /** Whose private conversation it is; null where several read. */
  readonly userId: string | null;
  readonly teamId: string | null;
  /** The transport's own. */
  readonly reference: Json;
}

export interface ChatPlaceReads {
  /** By conversation; a user's id finds their private one. */
  find(transport: string, placeOrUserId: string): Promise<ChatPlace | undefined>;
}
export interface ChatPlaceTable extends ChatPlaceReads {
  put(place: ChatPlace): Promise<void>;
  /** Those of one conversation, or of one team. */
  remove(
    transport: string,
    gone: { readonly place: string } | { readonly teamId: string },
  ): Promise<void>;
}
