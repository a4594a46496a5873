/** Steps that not every platform can do: refused before anything is sent. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPauseVm, createResumeVm, createSaveVm } from '#core/steps/power-steps.ts';
import type { StepWorld } from '#core/steps/step-world.ts';

const INPUT = {
  vm: { connectionId: 'vc', kind: 'vm', handle: 'vm-1', identity: 'uuid-1' },
  name: 'web-01',
} as const;
const CALL = { stepToken: 'j-1/halt', signal: new AbortController().signal, onProgress() {} };

/** A connection that starts and stops VMs and no more, but for what is given. */
function worldWith(power: object): StepWorld {
  const connection = { id: 'vc', power: { start() {}, stop() {}, shutdownGuest() {}, ...power } };
  return { changeable: async () => connection } as unknown as StepWorld;
}

describe('a step that the platform cannot do', () => {
  for (const [deed, create] of [
    ['save', createSaveVm],
    ['pause', createPauseVm],
    ['resume', createResumeVm],
  ] as const) {
    it(`H12 is not started: ${deed}`, async () => {
      const kind = create(worldWith({}));

      await assert.rejects(kind.act(INPUT, CALL), { code: 'not_supported', end: 'not_started' });
    });

    it(`is done by the method of its name where there is one: ${deed}`, async () => {
      const kind = create(
        worldWith({ [deed]: async (vm: unknown) => `task of ${deed} ${JSON.stringify(vm)}` }),
      );

      const acted = await kind.act(INPUT, CALL);

      assert.deepEqual(acted, { task: `task of ${deed} ${JSON.stringify(INPUT.vm)}` });
    });
  }
});
