/** What step kinds may reach: a connection only while changes may go out to it. */
import { OperationError } from '#core/errors.ts';
import type { createRecorder } from '#core/inventory/record.ts';
import { chooseOtherHost } from '#core/operations/choose-other-host.ts';
import { readWorld, type WorldDeps } from '#core/operations/prepare-world.ts';
import type { Connection } from '#core/ports/connection.ts';
import type { Store } from '#core/ports/store.ts';
import type { StepWorld } from '#core/steps/step-world.ts';

export interface StepWorldParts {
  readonly store: Pick<Store, 'read'>;
  readonly connections: ReadonlyMap<string, Connection>;
  readonly recorder: ReturnType<typeof createRecorder>;
  readonly world: WorldDeps;
}

export function createStepWorld(parts: StepWorldParts): StepWorld {
  const { store, connections, recorder, world } = parts;
  return {
    ...recorder,
    async chooseOtherHost(tx, step, input) {
      const now = await readWorld(world, tx, { targetIds: [] });
      return chooseOtherHost(tx, step, { world: now, input });
    },
    async changeable(connectionId) {
      const connection = connections.get(connectionId);
      const facts = { connection: connectionId };
      if (!connection)
        throw new OperationError('not_reachable', 'not_started', {
          ...facts,
          reason: 'not configured',
        });
      const state = await store.read((reads) => reads.connections.find(connectionId));
      if (state?.holdCode) throw new OperationError('connection_on_hold', 'not_started', facts);
      return connection;
    },
  };
}
