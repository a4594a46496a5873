import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RemoteError, type RemoteFailure } from '#adapters/hyperv/remote-scripts.ts';
import { createBreaker } from '#adapters/hyperv/winrm/breaker.ts';
import { createFakeClock } from '#test/core/fake-clock.ts';

function open() {
  const clock = createFakeClock();
  const breaker = createBreaker('hv01', clock);
  const end = (failure?: RemoteFailure) => breaker.enter().leave(failure);
  const isLeftAlone = () => {
    try {
      // An entry that says nothing of the host.
      breaker.enter().leave('aborted');
      return false;
    } catch (error) {
      assert.ok(error instanceof RemoteError && error.failure === 'left_alone');
      assert.equal(error.end, 'not_started');
      return true;
    }
  };
  return { clock, breaker, end, isLeftAlone };
}

describe('a host that fails', () => {
  it('is left alone after three failures in a row, for 15 seconds', () => {
    const { clock, end, isLeftAlone } = open();

    end('not_connected');
    end('no_answer');
    assert.equal(isLeftAlone(), false);
    end('cut');
    assert.equal(isLeftAlone(), true);
    clock.advance(14_999);
    assert.equal(isLeftAlone(), true);
    clock.advance(1);
    assert.equal(isLeftAlone(), false);
  });

  it('is not left alone for failures with an answer between them, nor for those of one run', () => {
    const { end, isLeftAlone } = open();

    for (const failure of ['cut', 'cut', undefined, 'cut', 'cut', 'refused', 'cut', 'cut'] as const)
      end(failure);
    for (let count = 0; count < 5; count += 1) {
      end('late');
      end('aborted');
    }

    assert.equal(isLeftAlone(), false);
  });

  it('is tried by one run at a time, and is back when that one succeeds', () => {
    const { clock, breaker, end, isLeftAlone } = open();
    for (let count = 0; count < 3; count += 1) end('cut');
    clock.advance(15_000);

    const trial = breaker.enter();
    assert.equal(isLeftAlone(), true, 'while it is tried');
    trial.leave(undefined);

    assert.equal(isLeftAlone(), false);
    end('cut');
    assert.equal(isLeftAlone(), false, 'the count begins anew');
  });

  it('is left alone for twice as long after each trial that fails, for five minutes at most', () => {
    const { clock, breaker, end, isLeftAlone } = open();
    for (let count = 0; count < 3; count += 1) end('cut');
    clock.advance(15_000);

    for (const pauseMs of [30_000, 60_000, 120_000, 240_000, 300_000, 300_000]) {
      breaker.enter().leave('cut');
      clock.advance(pauseMs - 1);
      assert.equal(isLeftAlone(), true);
      clock.advance(1);
    }
  });

  it('is left alone at once, for a minute, when it refuses the login', () => {
    const { clock, end, isLeftAlone } = open();

    end('login_refused');
    clock.advance(59_999);
    assert.equal(isLeftAlone(), true);
    clock.advance(1);
    assert.equal(isLeftAlone(), false);
  });

  it('is left alone no longer for runs that were under way when it failed', () => {
    const { clock, breaker, isLeftAlone } = open();
    const underWay = Array.from({ length: 6 }, () => breaker.enter());

    for (const passage of underWay) passage.leave('cut');
    clock.advance(15_000);

    assert.equal(isLeftAlone(), false);
  });
});
