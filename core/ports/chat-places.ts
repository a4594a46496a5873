/** How a conversation in a chat is reached later, where the chat lets one speak only by what was received, and who reads it: plain rows. */
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

/** Somebody who reads a conversation with several people. */
export interface ChatReader {
  readonly transport: string;
  readonly place: string;
  readonly userId: string;
  /** The transport's own id of this person there. */
  readonly readerId: string;
  readonly seenAt: Date;
}

export interface ChatPlaceReads {
  /** By conversation; a user's id finds their private one. */
  find(transport: string, placeOrUserId: string): Promise<ChatPlace | undefined>;
  findReader(transport: string, place: string, userId: string): Promise<ChatReader | undefined>;
  /** Who was seen last comes first. */
  listReaders(transport: string, place: string, limit: number): Promise<ChatReader[]>;
}
export interface ChatPlaceTable extends ChatPlaceReads {
  put(place: ChatPlace): Promise<void>;
  /** Seen now. */
  putReader(reader: Omit<ChatReader, 'seenAt'>): Promise<void>;
  /** By the transport's own id: who leaves is named by nothing else. */
  removeReader(transport: string, place: string, readerId: string): Promise<void>;
  /** Those of one conversation, or of one team, and who reads there. */
  remove(
    transport: string,
    gone: { readonly place: string } | { readonly teamId: string },
  ): Promise<void>;
}
