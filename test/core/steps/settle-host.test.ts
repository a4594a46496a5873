/** What is sent when a host's state is settled: nothing that stands already. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HostStanding } from '#core/ports/moving.ts';
import { createSettleHost } from '#core/steps/maintenance-steps.ts';
import type { StepWorld } from '#core/steps/step-world.ts';
import { createFakeClock } from '../fake-clock.ts';

const INPUT = {
  host: { connectionId: 'vc', kind: 'host', handle: 'host-1', identity: 'uuid-1' },
  ...{ hostId: 'drover-1', name: 'esx-01' },
} as const;
const CALL = { stepToken: 'j-1/settle', signal: new AbortController().signal, onProgress() {} };
const RUNNING = { handle: 'vm-1', identity: 'uuid-2', name: 'web-01', power: 'on' } as const;

function openHost(standing: HostStanding) {
  const sent: string[] = [];
  const send = (deed: string) => async () => {
    sent.push(deed);
    return `task of ${deed}`;
  };
  const maintenance = { read: async () => standing, mark: send('mark'), unmark: send('unmark') };
  const estate = { read: async () => undefined };
  const connection = { id: 'vc', maintenance, estate };
  const world = { changeable: async () => connection } as unknown as StepWorld;
  return { kind: createSettleHost(world, createFakeClock()), sent };
}

describe('settling a host', () => {
  it('H13 orders nothing when the host has come into maintenance since the look', async () => {
    const { kind, sent } = openHost({ mark: 'in', vms: [] });

    const acted = await kind.act(INPUT, CALL);

    assert.deepEqual([acted, sent], [{}, []]);
  });

  it('follows the task that waits for the host to be empty', async () => {
    const { kind, sent } = openHost({ mark: 'entering', task: 'task-7', vms: [] });

    const acted = await kind.act(INPUT, CALL);

    assert.deepEqual([acted, sent], [{ task: 'task-7' }, []]);
  });

  it('marks an empty host whose mark somebody has taken away', async () => {
    const { kind, sent } = openHost({ mark: 'none', vms: [] });

    const acted = await kind.act(INPUT, CALL);

    assert.deepEqual([acted, sent], [{ task: 'task of mark' }, ['mark']]);
  });

  it('H18 takes the mark away after a cancel, where something still runs', async () => {
    const { kind, sent } = openHost({ mark: 'entering', task: 'task-7', vms: [RUNNING] });

    await kind.act(INPUT, { ...CALL, isJobCancelled: true });

    assert.deepEqual(sent, ['unmark']);
  });

  it('H18 tells who runs there while its platform waits, until its task ends', async () => {
    const told: unknown[] = [];
    const ended = Promise.withResolvers<void>();
    const now = { standing: { mark: 'entering', task: 'task-7', vms: [RUNNING] } as HostStanding };
    const maintenance = { read: async () => now.standing };
    const connection = { id: 'vc', maintenance, tasks: { follow: () => ended.promise } };
    const world = { changeable: async () => connection } as unknown as StepWorld;
    const clock = {
      ...createFakeClock(),
      pause: async (_ms: number, signal: AbortSignal) => {
        await new Promise((resolve) => setImmediate(resolve));
        signal.throwIfAborted();
      },
    };

    await createSettleHost(world, clock).follow?.('task-7', INPUT, {
      ...CALL,
      async onWaiting(facts) {
        told.push(facts.waitsFor);
        now.standing = { ...now.standing, vms: [] };
        if (told.length === 2) ended.resolve();
      },
    });

    assert.deepEqual(told, [['web-01'], []]);
  });

  it('stops nothing that runs, and says what is left', async () => {
    const { kind, sent } = openHost({ mark: 'entering', task: 'task-7', vms: [RUNNING] });

    await assert.rejects(kind.act(INPUT, CALL), { code: 'maintenance_incomplete' });
    assert.deepEqual(sent, []);
  });
});
