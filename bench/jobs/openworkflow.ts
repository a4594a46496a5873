/** The same four steps on raw openworkflow, on SQLite as durable as ours. */
import { DatabaseSync } from 'node:sqlite';
import { OpenWorkflow } from 'openworkflow';
import { BackendSqlite } from 'openworkflow/sqlite';
import { AT_ONCE, type OpenSubject, STEP_KEYS } from './subject.ts';

const NOOP = { name: 'noop', version: '1' };

export const openOpenWorkflow: OpenSubject = async (place, { act, ended }) => {
  const backend = BackendSqlite.connect(place);
  makeFullyDurable(backend);
  const library = new OpenWorkflow({ backend });
  library.implementWorkflow<{ id: string }, unknown>(NOOP, async ({ input, step }) => {
    for (const name of STEP_KEYS) await step.run({ name }, async () => act(input.id));
    ended(input.id);
    return 'done';
  });
  await library.newWorker({ concurrency: AT_ONCE }).start();
  return (id) => library.runWorkflow(NOOP, { id });
};

/** It has no setting for this, so its own connection is told. */
function makeFullyDurable(backend: BackendSqlite): void {
  const { db } = backend as unknown as { db: unknown };
  if (!(db instanceof DatabaseSync))
    throw new Error('openworkflow keeps its database elsewhere now');
  db.exec('pragma synchronous = full');
}
