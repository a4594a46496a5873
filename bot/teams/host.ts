/** What Teams needs of the rest of Drover. */
import type { Card } from '../cards/card.ts';
import type { NoteRefused } from '../conversation/refusal.ts';
import type { Choice } from '../renderers/block-kit-inputs.ts';
import type { Inputs, TeamsEnvelope } from './envelope.ts';

/** Who asks, by the verified activity. */
export interface Asker {
  readonly tenant: string;
  readonly userId: string;
  readonly place: string;
  readonly isPrivate: boolean;
}

/**
 * How a conversation is reached later: Teams lets a bot speak only where it was installed or spoken to.
 *
 * @see https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages
 */
export interface TeamsReference {
  /** The conversation, without its threads: they are reached as it is. */
  readonly place: string;
  readonly kind: 'personal' | 'groupChat' | 'channel';
  readonly serviceUrl: string;
  readonly tenant: string;
  /** Drover there. */
  readonly botId: string;
  /** Whose private conversation it is; null where several read. */
  readonly userId: string | null;
  readonly teamId: string | null;
}

/** The id by which one conversation's cards know a person: what `refresh` is addressed to. */
export interface TeamsViewer {
  readonly place: string;
  /** `29:…` */
  readonly teamsUserId: string;
  readonly userId: string;
}

/** A message of Drover's that somebody acted on or looked at. */
export interface SeenMessage {
  readonly place: string;
  readonly messageId: string;
  /** By what stands on it: an action's id, or the id of the message view it shows. */
  readonly by: { readonly actionId: string } | { readonly ref: string };
}

/** Where Drover can say nothing any more. */
export type GonePlace =
  | { readonly conversation: string; readonly cause: string }
  | { readonly teamId: string; readonly cause: string };

export interface TeamsHost {
  /** Resolves once the row is committed; false when this dedupe key was there. Rejects when it is not. */
  receive(envelope: TeamsEnvelope): Promise<boolean>;
  /**
   * The card that an action stands on, or that a message view shows, as it is for this person now. Undefined for an id
   * that is unknown, old, or not for them.
   */
  findCard(
    asked: Asker &
      (
        | { readonly what: 'form'; readonly actionId: string }
        | { readonly what: 'details'; readonly ref: string }
      ),
  ): Promise<Card | undefined>;
  /** What is wrong with filled-in inputs, by input, in a sentence each: the card comes back and shows them. */
  checkForm?(
    asked: Asker & { readonly actionId: string; readonly inputs: Inputs },
  ): Promise<Inputs>;
  /** What people type for the account of this chat user; undefined where none is linked. */
  findLogin?(user: {
    readonly tenant: string;
    readonly userId: string;
  }): Promise<string | undefined>;
  /** Choices of an input for what was typed so far, of those that this person may use; at most 15 are shown. */
  choices(
    asked: Asker & { readonly actionId: string; readonly input: string; readonly typed: string },
  ): Promise<readonly Choice[]>;
  /** Called once for each request that is refused. Nobody waits for it; its own fault goes to `onFault`. */
  readonly noteRefused: NoteRefused;
  /** Keeps or renews a reference, by its place, before anything from there is received; most often nothing is new. */
  saveReference(reference: TeamsReference): Promise<void>;
  /** By conversation; a person's `userId` finds their private one. */
  findReference(place: string): Promise<TeamsReference | undefined>;
  /** Drover was taken out: its references there lead nowhere. */
  dropReferences(gone: GonePlace): Promise<void>;
  /** Somebody is there who may read Drover's cards; most often that is known. */
  noteViewer?(viewer: TeamsViewer): Promise<void>;
  /** Somebody is there no more. */
  dropViewer?(viewer: Omit<TeamsViewer, 'userId'>): Promise<void>;
  /** `29:…` of those who may have a view of their own there: who votes. The first 60 get it. None: Teams asks for everybody. */
  listViewers?(place: string): Promise<readonly string[]>;
  /**
   * Remembers a second message of a copy, whose post was answered too late or never: `messageRef` of that copy is both
   * ids with a space between them, and every later version goes to both.
   */
  adopt?(seen: SeenMessage): Promise<void>;
}
