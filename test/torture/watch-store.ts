/** Tells by what a transaction wrote which seam its commit is: `before NAME` ahead of it, NAME behind it. */
import type { ApprovalStore, ApprovalTx } from '#approvals/request-store.ts';
import { altered } from './altered.ts';

type Note = (seam: string) => void;

export function watchStore(store: ApprovalStore, reach: Note): ApprovalStore {
  return altered(store, {
    async transact(work) {
      const seams: string[] = [];
      const answer = await store.transact(async (tx) => {
        seams.length = 0;
        const written = await work(watchWrites(tx, (seam) => void seams.push(seam)));
        for (const seam of seams) reach(`before ${seam}`);
        return written;
      });
      for (const seam of seams) reach(seam);
      return answer;
    },
  });
}

function watchWrites(tx: ApprovalTx, note: Note): ApprovalTx {
  const { inbox, requests, cards, jobs } = tx;
  return altered(tx, {
    inbox: altered(inbox, {
      insert: (row) => noted(inbox.insert(row), 'received', note),
    }),
    requests: altered(requests, {
      insert: (request) => noted(requests.insert(request), 'requested', note),
      change: (id, from, changes) =>
        noted(requests.change(id, from, changes), changes.state === 'approved' && 'decided', note),
    }),
    cards: altered(cards, {
      markSent: (...sent) => noted(cards.markSent(...sent), 'told', note),
    }),
    jobs: altered(jobs, {
      change: (id, changes) => noted(jobs.change(id, changes), toJobSeam(changes), note),
      changeClaimed: (claim, changes) =>
        noted(jobs.changeClaimed(claim, changes), changes.endedAt != null && 'step_ended', note),
    }),
  });
}

function toJobSeam({ state, endedAt }: { state?: string; endedAt?: Date | null }): string | false {
  if (endedAt) return 'job_ended';
  return state === 'running' && 'job_started';
}

/** A write that changed no row is none. */
async function noted<A>(write: Promise<A>, seam: string | false, note: Note): Promise<A> {
  const answer = await write;
  if (seam !== false && answer !== false) note(seam);
  return answer;
}
