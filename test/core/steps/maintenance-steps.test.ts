/** How a host's maintenance begins and is settled, by what its platform shows (H18, B58). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ERROR_WORDS } from '#bot/words/en/error-words.ts';
import { OperationError } from '#core/errors.ts';
import type { HostMaintenance } from '#core/ports/host-maintenance.ts';
import type { HostStanding } from '#core/ports/moving.ts';
import type { Tx } from '#core/ports/store.ts';
import { createMarkHost, createSettleHost } from '#core/steps/maintenance-steps.ts';
import type { StepWorld } from '#core/steps/step-world.ts';
import { createFakeClock } from '../fake-clock.ts';

const INPUT = {
  host: { connectionId: 'vc', kind: 'host', handle: 'h-1', identity: 'uuid-1' },
  ...{ hostId: 'id-1', name: 'esx-01' },
} as const;
const CALL = { stepToken: 'j-1/settle', signal: new AbortController().signal, onProgress() {} };
const RUNS = { handle: 'vm-1', name: 'web-01', power: 'on' } as const;
const OFF = { ...RUNS, name: 'web-02', power: 'off' } as const;

function openHost(standing: HostStanding) {
  const sent: string[] = [];
  const maintenance = {
    read: async () => standing,
    mark: async () => void sent.push('mark'),
    unmark: async () => void sent.push('unmark'),
  };
  const estate = {
    read: async ({ kind, handle }: { kind: string; handle: string }) => {
      if (handle === 'vm-silent') throw new OperationError('not_reachable', 'not_started', {});
      return { kind, handle, identity: `identity of ${handle}` };
    },
  };
  const recorded: string[] = [];
  const world = {
    changeable: async () => ({ id: 'vc', maintenance, estate }),
    record: async (_tx: Tx, _connectionId: string, { handle }: { handle: string }) =>
      void recorded.push(handle),
  } as unknown as StepWorld;
  return {
    sent,
    recorded,
    settle: createSettleHost(world, createFakeClock()),
    mark: createMarkHost(world),
  };
}

/** Who else shows the identity of a VM that was read. */
function toTx(known: readonly { readonly handle: string }[]): Tx {
  const listByIdentity = async () => known.map((one) => ({ ...one, gone: false }));
  return { estate: { listByIdentity } } as unknown as Tx;
}

describe('a host whose state is settled', () => {
  it('is in maintenance when nothing runs on it, whatever is off', async () => {
    const { settle } = openHost({ mark: 'in', vms: [OFF] });

    assert.deepEqual(await settle.look(INPUT, CALL, null), { found: 'done' });
    assert.equal((await settle.verify(INPUT, CALL)).verdict, 'as_wished');
  });

  it('B58 is incomplete with the names of those that run, and is told nothing more', async () => {
    const { settle, sent } = openHost({ mark: 'entering', task: 'task-1', vms: [RUNS, OFF] });

    await assert.rejects(settle.act(INPUT, CALL), {
      code: 'maintenance_incomplete',
      end: 'refused',
    });

    const { verdict, code, facts } = await settle.verify(INPUT, CALL);
    assert.deepEqual([verdict, code], ['not_as_wished', 'maintenance_incomplete']);
    assert.deepEqual([facts?.left, sent], [['web-01'], []]);
  });

  it('is learned with those that still run there: they may have come unseen', async () => {
    const silent = { ...RUNS, handle: 'vm-silent', name: 'web-03' };
    const { settle, recorded } = openHost({ mark: 'entering', vms: [silent, RUNS, OFF] });

    const verdict = await settle.verify(INPUT, CALL);
    await settle.record?.(toTx([]), { jobId: 'j-1' } as never, INPUT, verdict);

    assert.equal(verdict.code, 'maintenance_incomplete');
    assert.deepEqual(recorded, ['h-1', 'vm-1']);
  });

  it('H04 learns nothing of one whose identity stands elsewhere, too', async () => {
    const { settle, recorded } = openHost({ mark: 'entering', vms: [RUNS] });

    const verdict = await settle.verify(INPUT, CALL);
    await settle.record?.(toTx([{ handle: 'vm-9' }]), { jobId: 'j-1' } as never, INPUT, verdict);

    assert.deepEqual(recorded, ['h-1']);
  });

  it('waits for its platform’s own task while it is empty', async () => {
    const { settle, sent } = openHost({ mark: 'entering', task: 'task-1', vms: [OFF] });

    assert.deepEqual(await settle.act(INPUT, CALL), { task: 'task-1' });
    assert.deepEqual(await settle.look(INPUT, CALL, 'task-1'), {
      found: 'running',
      task: 'task-1',
    });
    assert.deepEqual(sent, []);
  });

  it('B60 waits no longer once another VM has come to it, which no task of it would end', async () => {
    const { settle } = openHost({ mark: 'entering', task: 'task-1', vms: [RUNS] });

    assert.deepEqual(await settle.look(INPUT, CALL, 'task-1'), { found: 'done' });
    assert.deepEqual(await settle.look(INPUT, CALL, null), { found: 'nothing' });
  });

  it('B58 loses its mark after a cancel, or it is said that its platform left it', async () => {
    const cancelled = { ...CALL, isJobCancelled: true };
    const { settle, sent } = openHost({ mark: 'entering', vms: [RUNS] });
    await settle.act(INPUT, cancelled);

    const stays = await settle.verify(INPUT, cancelled);
    const gone = await openHost({ mark: 'none', vms: [RUNS] }).settle.verify(INPUT, cancelled);

    assert.deepEqual(sent, ['unmark']);
    assert.deepEqual([stays.verdict, stays.code], ['not_as_wished', 'maintenance_mark_stays']);
    assert.deepEqual([gone.verdict, gone.code], ['as_wished', 'maintenance_taken_back']);
  });
});

describe('a host whose job was cancelled', () => {
  const cancelled = { ...CALL, isJobCancelled: true };

  it('H18 is not put into maintenance when it had no mark yet, though nothing runs on it', async () => {
    const { settle } = openHost({ mark: 'none', vms: [OFF] });

    assert.deepEqual(await settle.look(INPUT, cancelled, null), { found: 'done' });
    const { verdict, code } = await settle.verify(INPUT, cancelled);
    assert.deepEqual([verdict, code], ['as_wished', 'maintenance_taken_back']);
  });

  it('H18 is said to be in maintenance where that was over before, with the way back', async () => {
    const { settle } = openHost({ mark: 'in', vms: [OFF] });

    const { verdict, code, facts } = await settle.verify(INPUT, cancelled);

    assert.deepEqual([verdict, code], ['as_wished', 'maintenance_reached']);
    assert.match(ERROR_WORDS.maintenance_reached(facts ?? {}), /host maintenance exit esx-01$/);
  });

  it('H18 takes VMs again where Drover’s own mark was all there was', async () => {
    const { settle } = openHost({ mark: 'unsupported', vms: [RUNS] });
    const deleted: string[] = [];
    const tx = {
      ...toTx([]),
      hostMaintenance: { delete: async (id: string) => void deleted.push(id) },
    } as unknown as Tx;

    assert.deepEqual(await settle.look(INPUT, cancelled, null), { found: 'done' });
    const verdict = await settle.verify(INPUT, cancelled);
    await settle.record?.(tx, { jobId: 'j-1' } as never, INPUT, verdict);

    assert.equal(verdict.code, 'maintenance_taken_back');
    assert.deepEqual(deleted, ['id-1']);
  });

  it('H18 is waited for while its mark is being taken away', async () => {
    const { settle } = openHost({ mark: 'in', vms: [RUNS] });

    assert.deepEqual(await settle.look(INPUT, cancelled, 'task-2'), {
      found: 'running',
      task: 'task-2',
    });
  });
});

describe('a host that is left with VMs and without a mark', () => {
  it('is not said to take no VMs', async () => {
    const { facts } = await openHost({ mark: 'none', vms: [RUNS] }).settle.verify(INPUT, CALL);

    assert.match(ERROR_WORDS.maintenance_incomplete(facts ?? {}), /shows no mark on it/);
  });
});

describe('a host that is marked', () => {
  it('keeps the job that marked it first, for its moves are part of the way back', async () => {
    const rows: Pick<HostMaintenance, 'hostId' | 'jobId'>[] = [];
    const hostMaintenance = {
      list: async () => rows,
      put: async (row: (typeof rows)[0]) => rows.push(row),
    };
    const tx = { hostMaintenance } as unknown as Tx;
    const { mark } = openHost({ mark: 'entering', vms: [] });

    for (const jobId of ['j-1', 'j-2'])
      await mark.record?.(tx, { jobId } as never, INPUT, { verdict: 'as_wished' });

    assert.deepEqual(
      rows.map(({ hostId, jobId }) => [hostId, jobId]),
      [['id-1', 'j-1']],
    );
  });
});
