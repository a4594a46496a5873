/** Parts of a Drover that a journey exchanges: when a job starts, who is in the directory, how long it waits. */

import { createLabPeople } from '#adapters/simulator/lab-people.ts';
import { DEFAULT_PEOPLE } from '#adapters/simulator/people-file.ts';
import type { ApprovalTx } from '#approvals/request-store.ts';
import type { Parts } from '#bot/drover.ts';
import type { AccountState } from '#core/ports/directory.ts';
import type { WakeUp, WorkQueue } from '#core/ports/work-queue.ts';

export type Alter = (parts: Parts) => Parts;

export function alterBy(...alters: readonly Alter[]): Alter {
  return (parts) => alters.reduce((altered, alter) => alter(altered), parts);
}

export interface HeldStarts {
  readonly alter: Alter;
  /** From now on every decided job may start. */
  release(): void;
}

/** A decision is made, its job is not woken until it is released: what happens in between has all the time. */
export function holdStarts(): HeldStarts {
  const released = Promise.withResolvers<void>();
  released.promise.catch(() => undefined);
  const hold = (queue: WorkQueue): WorkQueue => ({
    enqueue: queue.enqueue,
    stop() {
      released.reject(new Error('Drover ends before the starts are released'));
      return queue.stop();
    },
    consume: (topic, concurrency, deliver) =>
      queue.consume(topic, concurrency, async (delivery, rest) => {
        if (topic === 'job') await released.promise;
        return deliver(delivery, rest);
      }),
  });
  return { alter: (parts) => ({ ...parts, queue: hold(parts.queue) }), release: released.resolve };
}

export interface LabPerson {
  readonly login: string;
  readonly name: string;
  readonly groups: readonly string[];
  readonly state?: AccountState;
}

export interface People {
  readonly alter: Alter;
  change(login: string, changes: Partial<Omit<LabPerson, 'login'>>): void;
  remove(login: string): void;
  /** The directory stops answering, or answers again. */
  fall(isSilent: boolean): void;
}

/** The lab's people, who can change while Drover runs. */
export function createPeople(): People {
  let people = DEFAULT_PEOPLE as readonly LabPerson[];
  let isSilent = false;
  const directory = createLabPeople(() => {
    if (isSilent) throw new Error('the directory is silent');
    return people.map(({ groups, ...person }) => ({ ...person, groups: [...groups] }));
  });
  return {
    alter: (parts) => ({ ...parts, directory }),
    change(login, changes) {
      people = people.map((one) => (one.login === login ? { ...one, ...changes } : one));
    },
    fall(silent) {
      isSilent = silent;
    },
    remove(login) {
      people = people.filter((one) => one.login !== login);
    },
  };
}

/** Looks again, tries again and asks an operator after milliseconds instead of minutes. */
export function hurry(parts: Parts): Parts {
  const patience = {
    sendWithinMs: 2000,
    tries: 3,
    retryMs: 1,
    lookMs: 1,
    lookAtMostMs: 5,
    looks: 3,
    // A reading from before a loss never counts for the next step, however fast the machine is.
    rightsMs: 0.001,
  };
  const listStepKinds: Parts['listStepKinds'] = (...given) =>
    parts.listStepKinds(...given).map((kind) => ({ ...kind, settleMs: 1 }));
  return { ...parts, patience, listStepKinds };
}

/** Looks at open requests after milliseconds instead of each minute. */
export function watchOften(parts: Parts): Parts {
  const soon: WorkQueue['enqueue'] = (tx, wakeUps) =>
    parts.queue.enqueue(
      tx,
      wakeUps.map((wakeUp) => (wakeUp.topic === 'request' ? { ...wakeUp, delayMs: 20 } : wakeUp)),
    );
  const hasten = (tx: ApprovalTx): ApprovalTx =>
    Object.create(tx, { enqueue: { value: (wakeUps: readonly WakeUp[]) => soon(tx, wakeUps) } });
  const { store } = parts;
  return {
    ...parts,
    store: {
      read: store.read,
      close: store.close,
      transact: (work) => store.transact((tx) => work(hasten(tx))),
    },
  };
}
