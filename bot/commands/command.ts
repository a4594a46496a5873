/**
 * What a command declares: how it is typed, who may run it, what it answers or changes.
 *
 * A command runs in two halves: `run` reads (the estate, a platform, the directory) and answers `Reply`, which the
 * conversation carries out in the transaction that marks the message as handled. So its effect happens exactly once.
 */
import type { ApprovalTx } from '#approvals/request-store.ts';
import type { Account } from '#core/ports/directory.ts';
import type { Draft } from '../cards/draft.ts';
import type { CommandShape } from '../grammar/command-shape.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import type { House } from '../house.ts';

export interface Asking {
  readonly house: House;
  readonly person: Account;
  /** Where the answer goes. */
  readonly place: string;
  /** `console`, `terminal`, `slack`, `teams`. */
  readonly via: string;
  /** The text as typed, for a caret. */
  readonly text: string;
  /** What the text was read as; absent while it is not read yet, and for a click that stands for no line. */
  readonly shape?: CommandShape;
  /** The chat user who wrote, and whether only they and Drover read there; absent in console and terminal. */
  readonly chat?: { readonly chatId: string; readonly isPrivate: boolean } | undefined;
  /** Of the button and what was filled in; a request that it opens takes it as its id, so that a click counts once (H34). */
  readonly click?: string;
  /** Names that were chosen on a card, by option or position name: Drover ids (H08). */
  readonly chosen: Readonly<Record<string, string>>;
}

/** Makes the effect and answers what is said of it. `again`: something changed meanwhile, run the command once more. */
export type Reply = (tx: ApprovalTx) => Promise<Draft | Said | 'again'>;

/** An answer whose card is a live one: the request or job that was made. */
export interface Said {
  readonly draft?: Draft | undefined;
  /** What does not fit into one message, in order. */
  readonly more?: readonly Draft[] | undefined;
  /** What the draft speaks of, for scripts that wait for its end. */
  readonly about?: { readonly kind: 'request' | 'job'; readonly id: string } | undefined;
  /** Requests and jobs whose cards the person should have in this place. */
  readonly shows: readonly { readonly kind: 'request' | 'job'; readonly id: string }[];
}

export interface CommandDefinition extends CommandShape {
  /** One line for help. */
  readonly summary: string;
  /** The right it needs; `null`: everybody who is known. */
  readonly right: string | null;
  /** Each is a whole line that parses. */
  readonly examples: readonly string[];
  /** Its answer is for this person alone: in a channel it goes to their direct messages. */
  readonly isPrivate?: boolean;
  /** Whether it changes something: rights are then read live, and a line without arguments opens a form. */
  readonly changes: boolean;
  run(asking: Asking, typed: Typed): Promise<Reply>;
}

export function answer(draft: Draft): Reply {
  return async () => draft;
}

export function defineCommand(definition: CommandDefinition): CommandDefinition {
  return definition;
}

/** What every change accepts. */
export const CHANGE_OPTIONS = [
  { name: 'plan', type: 'boolean', summary: 'show the plan, ask nobody and do nothing' },
  {
    name: 'script',
    type: 'boolean',
    summary: 'show the script that does the same (Hyper-V), ask nobody and do nothing',
    isRare: true,
  },
  {
    name: 'rehearse',
    type: 'boolean',
    summary: 'run the plan on a twin of the estate first, and show when what would end',
    isRare: true,
  },
  { name: 'reason', type: 'text', summary: 'why; shown to those who agree' },
] as const;
