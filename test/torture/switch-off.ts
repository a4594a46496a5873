/** Switches one guard off, from outside: nothing in Drover knows of it. */
import type { ApprovalStore } from '#approvals/request-store.ts';
import type { Parts } from '#bot/drover.ts';
import type { InboxRow, InboxTable } from '#core/ports/conversation-tables.ts';
import type { Reads } from '#core/ports/store.ts';
import { altered } from './altered.ts';
import type { Control } from './arguments.ts';

export function switchOff(parts: Parts, control: Control): Parts {
  switch (control) {
    case 'look':
      return { ...parts, listStepKinds: (...given) => parts.listStepKinds(...given).map(toBlind) };
    case 'epoch':
      return { ...parts, store: removeFence(parts.store) };
    case 'inbox':
      return { ...parts, store: forgetMessages(parts.store) };
    case 'note':
      return { ...parts, store: forgetPosts(parts.store) };
    case 'adopt':
      return { ...parts, store: adoptNothing(parts.store) };
  }
}

/** Whoever takes a step over finds nothing of what was done before. */
function toBlind(kind: ReturnType<Parts['listStepKinds']>[number]): typeof kind {
  return { ...kind, look: async () => ({ found: 'nothing' }) };
}

/** Each write of a claimed step names whatever epoch is stored, so a worker that lost its claim writes on. */
function removeFence(store: ApprovalStore): ApprovalStore {
  return altered(store, {
    transact: (work) =>
      store.transact((tx) => {
        const { jobs } = tx;
        const unfenced = altered(jobs, {
          async changeClaimed({ id }, changes) {
            const step = await jobs.findStep(id);
            return jobs.changeClaimed({ id, epoch: step?.epoch ?? 0 }, changes);
          },
        });
        return work(altered(tx, { jobs: unfenced }));
      }),
  });
}

/** Messages stand in memory alone: acknowledged and handled as ever, and gone with the process. */
function forgetMessages(store: ApprovalStore): ApprovalStore {
  const rows = new Map<string, InboxRow>();
  const find = async (id: string) => rows.get(id);
  const listUnhandled = async () => [...rows.values()].filter(({ handledAt }) => !handledAt);
  const toInbox = (now: Date): InboxTable => ({
    find,
    listUnhandled,
    async insert(row) {
      const isKnown = rows.values().some(({ dedupeKey }) => dedupeKey === row.dedupeKey);
      if (!isKnown) rows.set(row.id, { ...row, receivedAt: now, handledAt: null });
      return !isKnown;
    },
    async markHandled(id) {
      const row = rows.get(id);
      if (!row || row.handledAt) return false;
      rows.set(id, { ...row, handledAt: now });
      return true;
    },
  });
  const toReads = <R extends Reads>(reads: R) =>
    altered<Reads>(reads, { inbox: { find, listUnhandled } }) as R;
  return altered(store, {
    transact: (work) => store.transact((tx) => work(altered(tx, { inbox: toInbox(tx.now) }))),
    read: (work) => store.read((reads) => work(toReads(reads))),
  });
}

/** Nobody knows what the process before may have posted. */
function forgetPosts(store: ApprovalStore): ApprovalStore {
  return altered(store, {
    transact: (work) =>
      store.transact((tx) => {
        const postNotes = altered(tx.postNotes, { begin: async () => 0 });
        return work(altered(tx, { postNotes }));
      }),
  });
}

/** A message that is found beside the one that is known stays as it is. */
function adoptNothing(store: ApprovalStore): ApprovalStore {
  return altered(store, {
    transact: (work) =>
      store.transact((tx) => {
        const cards = altered(tx.cards, { setMessageRef: async () => undefined });
        return work(altered(tx, { cards }));
      }),
  });
}
