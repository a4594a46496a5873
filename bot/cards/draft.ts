/**
 * A card before its buttons have ids.
 *
 * A draft names what a button does; `mint` stores each as an action of its card, drawn for one person, and puts the
 * opaque id in its place.
 */

import type { Json } from '#core/plan/plan.ts';
import type { CardTable } from '#core/ports/conversation-tables.ts';
import type { Action, Card } from './card.ts';

export const VERBS = [
  'approve',
  'deny',
  'cancel_job',
  'answer_gate',
  'look_now',
  /** Runs a command as if it had been typed. */
  'run',
  /** Runs a command with one of its names chosen. */
  'choose',
  'submit_form',
  'identify',
  'show_script',
  /** Asks for moves that a proposal showed. */
  'ask_moves',
] as const;
export type Verb = (typeof VERBS)[number];

export interface DraftAction extends Omit<Action, 'id'> {
  readonly verb: Verb;
  readonly args: Json;
}

export interface Draft extends Omit<Card, 'actions'> {
  readonly actions: readonly DraftAction[];
}

export interface Minting {
  readonly cardId: string;
  readonly personId: string;
  /** What the card shows: a click on an older one is answered, not obeyed (H34). */
  readonly revision: number;
  readonly newId: () => string;
}

export async function mint(
  cards: Pick<CardTable, 'putAction'>,
  { actions, ...card }: Draft,
  { cardId, personId, revision, newId }: Minting,
): Promise<Card> {
  const minted: Action[] = [];
  for (const { verb, args, ...drawn } of actions) {
    const action = { id: newId(), cardId, personId, verb, args, revision };
    minted.push({ ...drawn, id: (await cards.putAction(action)).id });
  }
  return { ...card, actions: minted };
}
