import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createJumpClock } from '#adapters/simulator/jump-clock.ts';

const never = new AbortController().signal;

describe('a clock that jumps', () => {
  it('stands still by itself, and runs what is due in its order', () => {
    const clock = createJumpClock();
    const seen: string[] = [];
    clock.setTimer(() => seen.push(`late ${clock.now()}`), 3_600_000);
    clock.setTimer(() => seen.push(`early ${clock.now()}`), 10);
    clock.setTimer(() => seen.push(`as early ${clock.now()}`), 10);

    const jumps = [clock.now(), clock.jump(), clock.jump(), clock.jump(), clock.jump()];

    assert.deepEqual(jumps, [0, true, true, true, false]);
    assert.deepEqual(seen, ['early 10', 'as early 10', 'late 3600000']);
    assert.equal(clock.elapsedMs(), 3_600_000);
  });

  it('runs nothing that was called off, and never goes back', () => {
    const clock = createJumpClock();
    const stop = clock.setTimer(() => assert.fail('called off'), 5);
    stop();
    clock.setTimer(() => clock.setTimer(() => undefined, -50), 20);

    assert.deepEqual([clock.jump(), clock.jump(), clock.jump()], [true, true, false]);
    assert.equal(clock.now(), 20);
  });

  it('ends a pause in its time, and at once when it is aborted', async () => {
    const clock = createJumpClock();
    const ending = new AbortController();
    const paused = clock.pause(100, never);
    const aborted = clock.pause(50, ending.signal);
    ending.abort(new Error('over'));

    await assert.rejects(aborted, /over/);
    clock.jump();
    await paused;
    assert.equal(clock.now(), 100);
    await assert.rejects(clock.pause(1, ending.signal), /over/);
  });
});
