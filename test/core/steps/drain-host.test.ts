/** How a platform's own drain is called off, by what it shows then. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HostStanding } from '#core/ports/moving.ts';
import { createDrainHost } from '#core/steps/drain-host.ts';
import type { StepWorld } from '#core/steps/step-world.ts';
import { createFakeClock } from '../fake-clock.ts';

const HOST = { connectionId: 'vc', kind: 'host', handle: 'h-1', identity: 'uuid-1' } as const;
const INPUT = { host: HOST, hostId: 'id-1', name: 'esx-01', vms: [], hosts: [] };
const CALL = { stepToken: 'j-1/drain', signal: new AbortController().signal, onProgress() {} };
const RUNS = { handle: 'vm-1', identity: 'uuid-2', name: 'web-01', power: 'on' } as const;
const OFF = { ...RUNS, power: 'off' } as const;

/** Answers what was sent; undefined: the platform does not say how the host stands. */
async function stopAt(standing: HostStanding | undefined): Promise<string[]> {
  const sent: string[] = [];
  const read = async () => {
    if (!standing) throw new Error('silent');
    return standing;
  };
  const maintenance = { read, unmark: async () => void sent.push('unmark') };
  const world = { changeable: async () => ({ id: 'vc', maintenance }) } as unknown as StepWorld;
  await createDrainHost(world, createFakeClock()).stop?.('task', INPUT, CALL);
  return sent;
}

describe('a drain by the platform that is cancelled', () => {
  it('H18 is called off while the platform still empties the host', async () => {
    assert.deepEqual(await stopAt({ mark: 'entering', vms: [RUNS] }), ['unmark']);
    assert.deepEqual(await stopAt({ mark: 'in', task: 'task-1', vms: [RUNS] }), ['unmark']);
  });

  it('H18 keeps what is over: an empty host, or one that the platform moves nothing more off', async () => {
    assert.deepEqual(await stopAt({ mark: 'in', vms: [OFF] }), []);
    assert.deepEqual(await stopAt({ mark: 'entering', task: 'task-1', vms: [] }), []);
    assert.deepEqual(await stopAt({ mark: 'in', vms: [RUNS] }), []);
  });

  it('H18 is called off where nobody knows how far it is', async () => {
    assert.deepEqual(await stopAt(undefined), ['unmark']);
  });
});
