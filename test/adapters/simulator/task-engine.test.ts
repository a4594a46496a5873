/** The lab's file takes no more for a while: a platform out of room, not a crash and not a lie. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { makeDefaultEstate } from '#adapters/simulator/default-estate.ts';
import { parseEstate } from '#adapters/simulator/estate-file.ts';
import { loadEstate } from '#adapters/simulator/load-estate.ts';
import { createTaskEngine } from '#adapters/simulator/task-engine.ts';
import { createTaskWatches } from '#adapters/simulator/task-watches.ts';
import { openWorld } from '#adapters/simulator/world.ts';
import { openWorldStore } from '#adapters/simulator/world-store.ts';
import { createManualClock } from './manual-clock.ts';

function openEngine() {
  const disk = { isFull: false, writes: 0, fullAfter: Number.POSITIVE_INFINITY };
  const store = openWorldStore(':memory:');
  const world = openWorld(
    {
      ...store,
      write(writes) {
        disk.writes += 1;
        if (disk.isFull || disk.writes > disk.fullAfter)
          throw Object.assign(new Error('disk is full'), { code: 'ERR_SQLITE_ERROR' });
        store.write(writes);
      },
    },
    () =>
      parseEstate(makeDefaultEstate(1)).map((it) => ({
        platform: { id: it.id, kind: it.kind, product: 'test', identity: it.id, epoch: 1 },
        objects: loadEstate(it),
      })),
  );
  const clock = createManualClock();
  const engine = createTaskEngine({
    world,
    clock,
    watches: createTaskWatches(world),
    pace: { speed: 1 },
  });
  const [vm] = [...world.view('lab-vc').named('vm', 'web-01')];
  assert.ok(vm?.identity);
  const ref = {
    connectionId: 'lab-vc',
    kind: 'vm',
    handle: vm.handle,
    identity: vm.identity,
  } as const;
  const stop = () =>
    engine.accept({ connectionId: 'lab-vc', deed: 'stop', input: { vm: ref }, stepToken: 't' });
  const power = () => world.view('lab-vc').get('vm', vm.handle)?.body.power;
  return { disk, clock, engine, stop, power, world };
}

it('B69 refuses a change that cannot be written, and nothing of it happened', () => {
  const { disk, clock, engine, stop, power } = openEngine();
  disk.isFull = true;

  assert.throws(stop, { code: 'not_reachable', end: 'not_started' });

  disk.isFull = false;
  clock.advance(10_000);
  assert.equal(power(), 'on');
  engine.close();
});

it('B69 brings a task to its end when there is room again', () => {
  const { disk, clock, engine, stop, power } = openEngine();
  const task = stop();
  disk.isFull = true;
  clock.advance(5000);
  const whileFull = power();

  disk.isFull = false;
  clock.advance(1000);

  assert.deepEqual([whileFull, power()], ['on', 'off']);
  assert.equal(task.state, 'queued');
  engine.close();
  assert.equal(clock.timerCount(), 0);
});

it('B69 says accepted when only the effect could not be written', () => {
  const { disk, clock, engine, stop, power, world } = openEngine();
  disk.fullAfter = disk.writes + 1;

  const task = stop();
  clock.advance(3000);

  assert.equal(world.findTask(task.id)?.state, 'running');
  disk.fullAfter = Number.POSITIVE_INFINITY;
  clock.advance(1000);
  assert.equal(power(), 'off');
  engine.close();
});
