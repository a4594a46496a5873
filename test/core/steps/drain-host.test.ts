/** How a platform's own drain is called off, by what it shows then, and given up on. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OperationError } from '#core/errors.ts';
import type { StepKind } from '#core/jobs/step-kind.ts';
import type { HostStanding } from '#core/ports/moving.ts';
import { createDrainHost } from '#core/steps/drain-host.ts';
import { createFailBackHost } from '#core/steps/fail-back-host.ts';
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

/** Two processes, one after the other, with one host of which `RUNS` never leaves. */
function openStuck(make: typeof createDrainHost | typeof createFailBackHost) {
  const now = { standing: { mark: 'entering', vms: [RUNS] } as HostStanding, isSilent: false };
  const read = async () => {
    if (now.isSilent) throw new OperationError('no_answer', 'unknown', {});
    return now.standing;
  };
  const connection = {
    ...{ id: 'vc', maintenance: { read } },
    migration: { findMove: async () => ({ found: 'nothing' }) },
  };
  const world = { changeable: async () => connection } as unknown as StepWorld;
  const begin = () => make(world, createFakeClock()) as StepKind<unknown>;
  return { now, begin };
}

describe('a drain that was given up on', () => {
  const vm = { ...HOST, kind: 'vm', handle: 'vm-1', identity: 'uuid-2' } as const;
  const input = { ...INPUT, vms: [{ vm, name: 'web-01', runs: true }] };

  it('H13 is watched once more and given up on by whoever takes it over after a kill', async () => {
    const { begin } = openStuck(createDrainHost);
    const { unheard, look, told } = await takeOver(begin, input);

    assert.deepEqual([unheard.verdict, look.found], ['cannot_tell', 'running']);
    assert.deepEqual(
      [told.verdict, told.code, told.facts?.left],
      ['as_wished', 'drain_left_some', ['web-01']],
    );
  });

  it('is waited for again when it is retried, whatever an earlier try did not come to say', async () => {
    const verdict = await retryStuck(openStuck(createDrainHost), input);

    assert.equal(verdict, 'cannot_tell');
  });
});

/** It is given up on by one that dies before it says so: what another finds, and says once it has watched. */
async function takeOver(begin: () => StepKind<unknown>, input: unknown) {
  await begin().follow?.('task', input, CALL);
  const after = begin();
  const unheard = await after.verify(input, CALL);
  const look = await after.look(input, CALL, 'task');
  await after.follow?.('task', input, CALL);
  return { unheard, look, told: await after.verify(input, CALL) };
}

/** It is given up on, then nobody answers, and the next watch of it is cut. */
async function retryStuck({ begin, now }: ReturnType<typeof openStuck>, input: unknown) {
  const kind = begin();
  await kind.follow?.('task', input, CALL);
  now.isSilent = true;
  await assert.rejects(kind.verify(input, CALL));
  now.isSilent = false;
  const cut = { ...CALL, signal: AbortSignal.abort(new Error('the process ends')) };
  await assert.rejects(async () => kind.follow?.('task', input, cut));
  return (await kind.verify(input, CALL)).verdict;
}

describe('a way back that was given up on', () => {
  const vm = { ...HOST, kind: 'vm', handle: 'vm-2', identity: 'uuid-3' } as const;
  const input = { host: HOST, hostId: 'id-1', name: 'esx-01', vms: [{ vm, name: 'web-02' }] };

  it('H13 is watched once more and given up on by whoever takes it over after a kill', async () => {
    const { begin, now } = openStuck(createFailBackHost);
    now.standing = { mark: 'none', vms: [] };
    const { unheard, look, told } = await takeOver(begin, input);

    assert.deepEqual([unheard.verdict, look.found], ['cannot_tell', 'running']);
    assert.deepEqual(
      [told.verdict, told.code, told.facts?.left],
      ['as_wished', 'not_all_came_back', ['web-02']],
    );
  });

  it('is waited for again when it is retried, whatever an earlier try did not come to say', async () => {
    const stuck = openStuck(createFailBackHost);
    stuck.now.standing = { mark: 'none', vms: [] };

    assert.equal(await retryStuck(stuck, input), 'cannot_tell');
  });
});

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
