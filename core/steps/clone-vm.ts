/**
 * The step kind `clone-vm`: makes a VM from a template, with sizes, place and network, powered off.
 *
 * Its token stands on the VM that it makes, so that an earlier try is found by it whatever became of its answer.
 */
import { z } from 'zod';
import type { StepKind, Verdict } from '../jobs/step-kind.ts';
import type { CloneRequest } from '../ports/connection.ts';
import { followTask, stopTask } from './power-steps.ts';
import { type ObservedVm, Ref, requireProvisioning, type StepWorld } from './step-world.ts';

export const CloneVmInput = z.strictObject({
  connectionId: z.string(),
  name: z.string(),
  template: Ref,
  folder: Ref,
  cpus: z.int(),
  memoryBytes: z.int(),
  diskBytes: z.int().optional(),
  host: Ref,
  datastore: Ref,
  network: Ref.optional(),
});
export type CloneVmInput = z.infer<typeof CloneVmInput>;

export function createCloneVm(world: StepWorld): StepKind<CloneVmInput> {
  const provisioning = async ({ connectionId }: CloneVmInput) =>
    requireProvisioning(await world.changeable(connectionId));
  return {
    ...{ name: 'clone-vm', version: 1, input: CloneVmInput, evidence: 'token' },
    ...{ settleMs: 10_000, usualMs: 80_000, timeLimitMs: 2 * 3_600_000 },
    permits: ({ connectionId, host, datastore }) => [
      `connection:${connectionId}`,
      `host:${connectionId}/${host.handle}`,
      `datastore:${connectionId}/${datastore.handle}`,
    ],
    async look(input, { stepToken, signal }, task) {
      const { findByToken } = await provisioning(input);
      const look = await findByToken(stepToken, input.name, signal, input);
      if (look.found === 'vm' || look.found === 'part') return { found: 'done' };
      // The task that was recorded says more than a look that cannot tell.
      return look.found === 'cannot_tell' && task !== null ? { found: 'running', task } : look;
    },
    act: async (input, call) => ({
      task: await (await provisioning(input)).clone(toRequest(input), call),
    }),
    follow: (task, { connectionId }, call) => followTask(world, connectionId, task, call),
    stop: (task, { connectionId }, call) => stopTask(world, connectionId, task, call),
    async verify(input, { stepToken, signal }) {
      const { findByToken } = await provisioning(input);
      const look = await findByToken(stepToken, input.name, signal, input);
      if (look.found === 'vm') return compare(input, look.vm);
      if (look.found === 'part') return toUnfinished(input, look.vm);
      const facts = { name: input.name };
      return { verdict: look.found === 'nothing' ? 'not_as_wished' : 'cannot_tell', facts };
    },
    async record(tx, step, { connectionId }, { observed }) {
      if (observed) await world.record(tx, connectionId, observed, step.requesterId);
      const job = await tx.jobs.find(step.jobId);
      // The VM is seen now: what was reserved for it would count twice.
      if (job) await tx.reservations.delete(job.requestId);
    },
    undo: 'vm delete',
  };
}

function toRequest({ connectionId: _connection, ...request }: CloneVmInput): CloneRequest {
  return request;
}

function toUnfinished({ name }: CloneVmInput, made: ObservedVm): Verdict {
  const facts = { vm: name, handle: made.handle, differs: ['VM unfinished whole'] };
  return { verdict: 'not_as_wished', observed: made, facts };
}

/** Every wish against what was made; what the platform does not show is not taken for granted. */
function compare(wish: CloneVmInput, made: ObservedVm): Verdict {
  const { body } = made;
  const disk = body.disks[0]?.sizeBytes;
  const network = body.nics[0]?.networkHandle;
  const differs = [
    differ('name', wish.name, body.name),
    differ('cpus', wish.cpus, body.cpus),
    differ('memory', wish.memoryBytes, body.memoryBytes),
    differ('host', wish.host.handle, body.hostHandle),
    differ('datastore', wish.datastore.handle, body.datastoreHandle),
    differ('folder', wish.folder.handle, body.folderHandle),
    ...(wish.diskBytes === undefined ? [] : [differ('disk', wish.diskBytes, disk)]),
    ...(wish.network === undefined ? [] : [differ('network', wish.network.handle, network)]),
  ].flatMap((difference) => difference ?? []);
  if (differs.length === 0) return { verdict: 'as_wished', observed: made };
  return {
    verdict: 'not_as_wished',
    observed: made,
    facts: { vm: wish.name, handle: made.handle, differs },
  };
}

/** `memory 2147483648 4294967296`: what, as made, as wished; words are made of it on the card. */
function differ(
  what: string,
  wished: string | number,
  made: string | number | undefined,
): string | undefined {
  return wished === made ? undefined : `${what} ${made ?? '?'} ${wished}`;
}
