/** What is answered to a click that has opened its request before: that one, and nothing is opened (H34). */
import type { ApprovalReads, ApprovalTx, Request } from '#approvals/request-store.ts';
import type { Draft } from '../cards/draft.ts';
import type { Asking, Said } from '../commands/command.ts';
import { CLICK_WORDS } from '../words/en/click-words.ts';

/** What this click has opened. */
export async function findOpened(
  { requests }: Pick<ApprovalReads, 'requests'>,
  { click }: Pick<Asking, 'click'>,
): Promise<Request | undefined> {
  return click === undefined ? undefined : requests.find(click);
}

export async function askedAlready(tx: ApprovalTx, { id, number }: Request): Promise<Said> {
  const title = CLICK_WORDS.asked(`R-${number}`);
  const draft: Draft = {
    ...{ title, tone: 'neutral', summary: title, actions: [] },
    body: [{ block: 'text', text: CLICK_WORDS.askAgain }],
  };
  const about = { kind: 'request', id } as const;
  // Where there is a job, its card says how it goes on.
  const job = await tx.jobs.findByRequest(id);
  return { draft, about, shows: [job ? { kind: 'job', id: job.id } : about] };
}
