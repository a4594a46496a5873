/** Tells by what a transaction wrote which seam its commit is: `before NAME` ahead of it, NAME behind it. */
import type { ApprovalStore, ApprovalTx } from '#approvals/request-store.ts';
import { altered } from './altered.ts';

type Note = (seam: string) => void;

export function watchStore(store: ApprovalStore, reach: Note): ApprovalStore {
  const copies: Copies = { transports: new Map(), posted: new Set() };
  return altered(store, {
    async transact(work) {
      const seams: string[] = [];
      const answer = await store.transact(async (tx) => {
        seams.length = 0;
        const written = await work(watchWrites(tx, copies, (seam) => void seams.push(seam)));
        for (const seam of seams) reach(`before ${seam}`);
        return written;
      });
      for (const seam of seams) reach(seam);
      return answer;
    },
  });
}

/** Copies that this process made; what a transaction did that was rolled back harms nothing here. */
interface Copies {
  readonly transports: Map<string, string>;
  /** Those of which a post is recorded. */
  readonly posted: Set<string>;
}

function watchWrites(tx: ApprovalTx, copies: Copies, note: Note): ApprovalTx {
  const { inbox, requests, cards, jobs, postNotes } = tx;
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
      insertCopy(copy) {
        copies.transports.set(copy.id, copy.transport);
        return cards.insertCopy(copy);
      },
      insertOwnCopy(copy) {
        copies.transports.set(copy.id, copy.transport);
        return cards.insertOwnCopy(copy);
      },
      async markSent(copyId, ...sent) {
        await cards.markSent(copyId, ...sent);
        note('told');
        const deed = copies.posted.has(copyId) ? 'edited' : 'posted';
        copies.posted.add(copyId);
        note(`${deed} ${copies.transports.get(copyId)}`);
      },
    }),
    postNotes: altered(postNotes, {
      begin: (copyId, replaces) =>
        noted(postNotes.begin(copyId, replaces), `noted ${copies.transports.get(copyId)}`, note),
    }),
    jobs: altered(jobs, {
      change: (id, changes) => noted(jobs.change(id, changes), toJobSeam(changes), note),
      insertGate: (gate) => noted(jobs.insertGate(gate), 'asked', note),
      answerGate: (id, ...word) => noted(jobs.answerGate(id, ...word), 'answered', note),
      changeClaimed: (claim, changes) =>
        noted(jobs.changeClaimed(claim, changes), changes.endedAt != null && 'step_ended', note),
    }),
  });
}

type JobChanges = Parameters<ApprovalTx['jobs']['change']>[1];

function toJobSeam({ state, endedAt, cancelAskedAt }: JobChanges): string | false {
  if (endedAt) return 'job_ended';
  if (cancelAskedAt) return 'cancelled';
  return state === 'running' && 'job_started';
}

/** A write that changed no row is none. */
async function noted<A>(write: Promise<A>, seam: string | false, note: Note): Promise<A> {
  const answer = await write;
  if (seam !== false && answer !== false) note(seam);
  return answer;
}
