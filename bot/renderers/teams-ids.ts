/**
 * What stands in the actions of a card in Teams, and what a click on it says.
 *
 * An action carries an opaque id that is looked up and authorized anew, never data that is trusted.
 */
import { z } from 'zod';

export const actVerb = 'drover.act';
export const refreshVerb = 'drover.refresh';

const RefreshData = z.looseObject({ ref: z.string().min(1).max(200) });

export function toRefreshData(ref: string): { readonly ref: string } {
  return { ref };
}

/** The message view that a client wants drawn for one person; undefined for any other action. */
export function readRefresh(action: {
  readonly verb?: string | null | undefined;
  readonly data?: unknown;
}): string | undefined {
  if (action.verb !== refreshVerb) return undefined;
  return RefreshData.safeParse(action.data).data?.ref;
}

const mark = 'drover.search';

/** Names what is searched: an input of the card on which an action stands. */
export function toDataset(actionId: string, input: string): string {
  return [mark, actionId, input].map(encodeURIComponent).join('/');
}

export function readDataset(
  dataset: string,
): { readonly actionId: string; readonly input: string } | undefined {
  const [name, actionId, input, more] = dataset.split('/');
  if (name !== mark || !actionId || !input || more !== undefined) return undefined;
  try {
    return { actionId: decodeURIComponent(actionId), input: decodeURIComponent(input) };
  } catch {
    return undefined; // not one of ours
  }
}
