/** Stands where a question was asked whose answer others must not read. */
import { teamsWords } from '../words/en/teams-words.ts';
import type { Draft } from './draft.ts';

export function answeredInPrivateCard(): Draft {
  const { answeredInPrivate: title, whereInPrivate: text } = teamsWords;
  const body = [{ block: 'text', text } as const];
  return { title, tone: 'neutral', summary: title, body, actions: [] };
}
