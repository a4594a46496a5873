/** What Slack needs of the rest of Drover. */
import type { Card } from '../cards/card.ts';
import type { NoteRefused } from '../conversation/refusal.ts';
import type { Choice } from '../renderers/block-kit-inputs.ts';
import type { Inputs, SlackEnvelope } from './envelope.ts';

/** Who asks, by the verified envelope. */
export interface Asker {
  readonly tenant: string;
  readonly userId: string;
  readonly place: string;
  readonly isPrivate: boolean;
}

export interface SlackHost {
  /** Resolves once the row is committed; false when this dedupe key was there. Rejects when it is not. */
  receive(envelope: SlackEnvelope): Promise<boolean>;
  /**
   * The card that an action stands on, or whose details were asked for, as it is for this person now. Undefined for an
   * id that is unknown, old, or not for them.
   */
  findCard(
    asked: Asker &
      (
        | { readonly what: 'form'; readonly actionId: string }
        | { readonly what: 'details'; readonly ref: string }
      ),
  ): Promise<Card | undefined>;
  /**
   * What is wrong with a filled-in form, by input, in a sentence each: it stays open and shows them. Nothing wrong, or no
   * time to look: it goes through the inbox like everything else, which checks it anyway.
   */
  checkForm?(
    asked: Asker & { readonly actionId: string; readonly inputs: Inputs },
  ): Promise<Inputs>;
  /** Choices of an input for what was typed so far, of those that this person may use; at most 100 are shown. */
  choices(
    asked: Asker & { readonly actionId: string; readonly input: string; readonly typed: string },
  ): Promise<readonly Choice[]>;
  /** Drover can speak in this channel from now on. */
  noteHere?(channel: string): Promise<void>;
  /** Called once for each request that is refused. Nobody waits for it; its own fault goes to `onFault`. */
  readonly noteRefused: NoteRefused;
}
