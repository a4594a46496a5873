import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClock } from '#adapters/machine/clock.ts';
import { createClockWatch } from '#adapters/machine/clock-watch.ts';

describe('clock', () => {
  it('counts on while the machine stands still, and never runs back', () => {
    const time = { monotonic: 1000, wall: 50_000 };
    const clock = createClock({ monotonicMs: () => time.monotonic, wallMs: () => time.wall });
    const start = clock.elapsedMs();
    const since = () => clock.elapsedMs() - start;

    Object.assign(time, { monotonic: 1010, wall: 50_010 });
    assert.equal(since(), 10);
    Object.assign(time, { monotonic: 1020, wall: 3_650_020 });
    assert.equal(since(), 3_600_020);
    Object.assign(time, { monotonic: 1030, wall: 0 });
    assert.equal(since(), 3_600_030);
  });

  it('pauses, and stops pausing when told to', async () => {
    const clock = createClock();
    const { signal } = new AbortController();
    const before = performance.now();

    await clock.pause(20, signal);
    await clock.pause(0, signal);
    await clock.pause(-5, signal);

    assert.ok(performance.now() - before >= 19);
    await assert.rejects(clock.pause(60_000, AbortSignal.timeout(5)));
    await assert.rejects(clock.pause(0, AbortSignal.abort()));
  });
});

describe('clock watch (H29)', () => {
  it('tells how far this machine is off', () => {
    const watch = createClockWatch(
      () => 0,
      () => 17_000,
    );

    assert.deepEqual(watch.look(new Date(10_000)), { offMs: 7000, steppedMs: 0 });
  });

  it('tells a step of the clock from time that passed', () => {
    let elapsed = 0;
    const watch = createClockWatch(
      () => elapsed,
      () => 0,
    );
    watch.look(new Date(10_000));

    elapsed = 5000;
    assert.equal(watch.look(new Date(15_001)).steppedMs, 1);
    elapsed = 6000;
    assert.equal(watch.look(new Date(136_001)).steppedMs, 120_000);
    assert.equal(watch.look(new Date(16_001)).steppedMs, -120_000);
  });
});
