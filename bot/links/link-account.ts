/** `link CODE`: binds a chat user to the account that signed in for the code. */
import type { ApprovalTx } from '#approvals/request-store.ts';
import type { Draft } from '../cards/draft.ts';
import { plainRefusal } from '../cards/refusal-card.ts';
import type { Ids } from '../conversation/show-subject.ts';
import { tellMissed } from '../conversation/tell-approvers.ts';
import { LINK_WORDS } from '../words/en/link-words.ts';
import { type Limit, takeTry } from './limit-tries.ts';
import { digestOf, readCode } from './link-code.ts';

/** Ten letters hold 50 bits: at this pace a guess hits once in many million years. */
const GUESSES: Limit = { most: 5, withinMs: 10 * 60_000, since: 'last' };
/** Over all chats: whoever has many users to guess with is slowed down, too. */
const ALL_GUESSES: Limit = { most: 600, withinMs: 10 * 60_000, since: 'first' };

export async function linkAccount(
  ids: Ids,
  tx: ApprovalTx,
  { chatId, typed }: { readonly chatId: string; readonly typed: string },
): Promise<Draft> {
  const mayGuess =
    (await takeTry(tx, `link ${chatId}`, GUESSES)) && (await takeTry(tx, 'link', ALL_GUESSES));
  if (!mayGuess) return refuse(tx, chatId, 'link_limited', LINK_WORDS.limited);
  const code = readCode(typed);
  const proven = code === undefined ? undefined : await tx.links.takeCode(digestOf(code));
  if (!proven) return refuse(tx, chatId, 'link_code_refused', LINK_WORDS.codeRefused);
  const { personId, personName } = proven;
  await tx.links.put({ chatId, personId, personName });
  await tellMissed(ids, tx, personId);
  await tx.audit.insert({ event: 'account_linked', personId, facts: { chatId } });
  const title = LINK_WORDS.linked(personName);
  return {
    title,
    tone: 'good',
    summary: title,
    body: [{ block: 'text', text: LINK_WORDS.linkedText }],
    actions: [],
  };
}

/** Others read where it was written, so it is worth nothing any more. */
export async function voidCode(tx: ApprovalTx, chatId: string, typed: string): Promise<Draft> {
  const code = readCode(typed);
  if (code !== undefined) await tx.links.takeCode(digestOf(code));
  return refuse(tx, chatId, 'link_code_shown', LINK_WORDS.onlyPrivate);
}

async function refuse(
  tx: ApprovalTx,
  chatId: string,
  code: string,
  [title, text]: readonly [string, string],
): Promise<Draft> {
  await tx.audit.insert({ event: 'refused', facts: { code, chatId } });
  return plainRefusal(title, text);
}
