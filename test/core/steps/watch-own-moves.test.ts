/** How long a platform that moves VMs by itself is waited for. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OperationError } from '#core/errors.ts';
import type { Connection } from '#core/ports/connection.ts';
import { type OwnMoves, WATCH_PATIENCE, watchOwnMoves } from '#core/steps/watch-own-moves.ts';
import { createFakeClock } from '../fake-clock.ts';

const VM = { connectionId: 'vc', kind: 'vm', handle: 'vm-1', identity: 'uuid-1' } as const;
const GOING: OwnMoves = { isOver: false, waiting: [VM] };
const OVER: OwnMoves = { isOver: true, waiting: [] };
const MINUTE_MS = 60_000;

interface Stage {
  /** What is seen after so many milliseconds. */
  readonly at: (elapsedMs: number) => OwnMoves;
  readonly isMoving?: boolean;
}

async function watch({ at, isMoving = false }: Stage) {
  const clock = createFakeClock();
  const migration = { findMove: async () => ({ found: isMoving ? 'running' : 'nothing' }) };
  const call = { stepToken: 'j-1/drain', signal: new AbortController().signal, onProgress() {} };
  const end = await watchOwnMoves({
    ...{ clock, call, patience: WATCH_PATIENCE },
    look: async () => at(clock.elapsedMs()),
    connection: async () => ({ id: 'vc', migration }) as unknown as Connection,
  });
  return { end, minutes: Math.round(clock.elapsedMs() / MINUTE_MS) };
}

const silent = (): never => {
  throw new OperationError('no_answer', 'unknown', { connection: 'vc' });
};

describe('watching what a platform moves by itself', () => {
  it('ends on the word of the platform', async () => {
    const { end, minutes } = await watch({ at: (ms) => (ms < 4 * MINUTE_MS ? GOING : OVER) });

    assert.deepEqual([end, minutes], ['over', 4]);
  });

  it('gives up after five minutes in which nobody has left and nothing is on its way', async () => {
    const { end, minutes } = await watch({ at: () => GOING });

    assert.deepEqual([end, minutes], ['given_up', 5]);
  });

  it('counts the five minutes anew from each one that has left', async () => {
    const two: OwnMoves = { isOver: false, waiting: [VM, { ...VM, handle: 'vm-2' }] };
    const { end, minutes } = await watch({ at: (ms) => (ms < 4 * MINUTE_MS ? two : GOING) });

    assert.deepEqual([end, minutes], ['given_up', 9]);
  });

  it('waits for one that is on its way, and for four hours at most', async () => {
    const { end, minutes } = await watch({ at: () => GOING, isMoving: true });

    assert.deepEqual([end, minutes], ['given_up', 240]);
  });

  it('goes on while the platform is silent, and for four hours at most', async () => {
    const back = await watch({ at: (ms) => (ms < 60 * MINUTE_MS ? silent() : OVER) });
    const never = await watch({ at: silent });

    assert.deepEqual([back.end, back.minutes], ['over', 60]);
    assert.deepEqual([never.end, never.minutes], ['given_up', 240]);
  });

  it('ends at once on an answer that is no silence', async () => {
    const gone = () => {
      throw new OperationError('not_found', 'refused', { host: 'esx-01' });
    };

    await assert.rejects(watch({ at: gone }), { code: 'not_found' });
  });
});
