/** The same four steps on raw DBOS: through its durable queue, as ours, or started where they are asked for. */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { type Observer, type OpenSubject, STEP_KEYS, type Submit } from './subject.ts';

export const openDbosQueued: OpenSubject = (place, observer) =>
  openDbos(place, observer, { queueName: 'jobs' });

export const openDbosDirect: OpenSubject = (place, observer) => openDbos(place, observer, {});

async function openDbos(
  place: string,
  { act, ended }: Observer,
  queue: { readonly queueName?: string },
): Promise<Submit> {
  const run = async (id: string) => {
    for (const name of STEP_KEYS) await DBOS.runStep(async () => act(id), { name });
    ended(id);
  };
  const workflow = DBOS.registerWorkflow(run, { name: 'noop' });
  DBOS.setConfig({
    ...{ name: 'bench', systemDatabaseUrl: place, executorID: 'one', applicationVersion: '1' },
    logLevel: 'error',
  });
  await DBOS.launch();
  // Without a limit of its own: whatever it finds at a look, it starts.
  if (queue.queueName) await DBOS.registerQueue(queue.queueName, { minPollingIntervalMs: 100 });
  return (id) => DBOS.startWorkflow(workflow, { workflowID: id, ...queue })(id);
}
