/** Many runs at once, and hosts that have no room: they wait for their turn, and none is run twice. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RemoteError } from '#adapters/hyperv/remote-scripts.ts';
import { createTurnsInAll } from '#adapters/hyperv/winrm/turns.ts';
import type { Clock } from '#core/ports/clock.ts';
import { createFakeClock } from '#test/core/fake-clock.ts';
import { FAULTS } from '#test/fakes/hyperv/ws-man-text.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { openHost, toRun } from './open-host.ts';

/** Counts how many deeds are under way at once; the first ones wait until there are so many. */
function createCrowd(expected: number) {
  const full = Promise.withResolvers<void>();
  let atOnce = 0;
  let most = 0;
  return {
    deed: async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      if (atOnce >= expected) full.resolve();
      await full.promise;
      await new Promise((resolve) => setTimeout(resolve, 30)); // for one too many to come
      atOnce -= 1;
      return 0;
    },
    get most() {
      return most;
    },
  };
}

const count = (verbs: readonly string[], verb: string) => verbs.filter((it) => it === verb).length;

describe('runs at once', needsPeer('openssl'), () => {
  it('are four a host, each on a connection of its own', async () => {
    const crowd = createCrowd(4);
    await using opened = await openHost({ deed: crowd.deed });

    await Promise.all(Array.from({ length: 20 }, () => opened.scripts.run(toRun())));

    assert.equal(crowd.most, 4);
    assert.equal(opened.server.connections, 4);
    assert.equal(opened.server.shells.mostShells, 4);
    assert.equal(opened.host.begun.length, 20);
  });

  it('are as many in all as there are places, over all hosts', async () => {
    const crowd = createCrowd(3);
    const turnsInAll = createTurnsInAll(3);
    await using first = await openHost({ deed: crowd.deed, turnsInAll });
    await using second = await openHost({ deed: crowd.deed, turnsInAll });

    const runs = [first, second].flatMap(({ scripts }) =>
      Array.from({ length: 8 }, () => scripts.run(toRun())),
    );
    await Promise.all(runs);

    assert.equal(crowd.most, 3);
  });

  it('give up the wait for a turn in time, and nothing was sent', async () => {
    const goOn = Promise.withResolvers<number>();
    await using opened = await openHost({
      client: { concurrency: 1, queueTimeoutMs: 200 },
      deed: () => goOn.promise,
    });
    const first = opened.scripts.run(toRun());

    await assert.rejects(
      opened.scripts.run(toRun()),
      (error) =>
        error instanceof RemoteError && error.failure === 'late' && error.end === 'not_started',
    );
    goOn.resolve(0);
    await first;

    assert.equal(count(opened.server.verbs, 'Command'), 1);
  });
});

describe('a host without room', needsPeer('openssl'), () => {
  it('for more shells is asked again until somebody has left', async () => {
    await using opened = await openHost();
    opened.server.order({
      verb: 'Create',
      fault: { kind: 'fault', fault: FAULTS.shells },
      times: 3,
    });
    await opened.scripts.run(toRun());

    assert.equal(count(opened.server.verbs, 'Create'), 4);
    assert.equal(opened.host.begun.length, 1);
  });

  it('is not asked for ever, and the pauses grow', async () => {
    const clock = createFakeClock();
    await using opened = await openHost({ clock, client: { queueTimeoutMs: 20_000 } });
    const fault = { kind: 'fault', fault: FAULTS.shells } as const;
    opened.server.order({ verb: 'Create', fault, times: 1_000 });

    await assert.rejects(
      opened.scripts.run(toRun()),
      (error) =>
        error instanceof RemoteError &&
        error.failure === 'host_full' &&
        error.end === 'not_started' &&
        error.faultCode === 2150859173,
    );

    assert.deepEqual(clock.pauses.slice(0, 5), [500, 1_000, 2_000, 4_000, 8_000]);
    assert.equal(count(opened.server.verbs, 'Command'), 0);
  });

  it('for more operations gets a new shell: the old one gives them back', async () => {
    await using opened = await openHost();
    await opened.scripts.run(toRun());
    const fault = { kind: 'fault', fault: FAULTS.operations } as const;
    opened.server.order({ verb: 'Command', fault });

    await opened.scripts.run(toRun());

    assert.equal(opened.host.begun.length, 2);
    assert.deepEqual(
      opened.server.verbs.filter((it) => it !== 'Receive'),
      [
        ...['Create', 'Command', 'Send', 'Signal'],
        ...['Command', 'Delete', 'Create', 'Command', 'Send', 'Signal'],
      ],
    );
  });

  for (const verb of ['Send', 'Receive'] as const)
    it(`at ${verb} is asked again: the run goes on, once`, async () => {
      await using opened = await openHost();
      const fault = { kind: 'fault', fault: FAULTS.operations } as const;
      opened.server.order({ verb, fault, times: 2 });
      const run = toRun();

      await opened.scripts.run(run);

      assert.equal(run.lines.length, 1);
      assert.equal(opened.host.begun.length, 1);
    });
});

describe('a shell', needsPeer('openssl'), () => {
  it('is replaced before the quota of operations is spent', async () => {
    // The host's limit is all but that of one shell: without a new one in time the runs would stand still.
    await using opened = await openHost({
      client: { concurrency: 1 },
      server: { maxOperations: 270 },
    });
    const runs = 130;

    for (let run = 0; run < runs; run += 1) await opened.scripts.run(toRun());

    // 4 or 5 requests a run: 250 of them are 50 to 62 runs.
    assert.equal(opened.host.begun.length, runs);
    assert.equal(count(opened.server.verbs, 'Create'), 3);
    assert.equal(count(opened.server.verbs, 'Delete'), 2);
  });

  it('that the host has ended meanwhile is replaced, and the script runs once', async () => {
    await using opened = await openHost();
    await opened.scripts.run(toRun());

    opened.server.shells.lose();
    await opened.scripts.run(toRun());

    assert.equal(count(opened.server.verbs, 'Create'), 2);
    assert.equal(opened.host.begun.length, 2);
  });
});

/** Time passes only where a test says so, and pauses end when they are aborted. */
function createStillClock(): Clock & { advance(ms: number): void } {
  let nowMs = 0;
  return {
    elapsedMs: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
    pause: (_ms, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  };
}

describe('what is kept between runs', needsPeer('openssl'), () => {
  it('is a shell for longer than a connection: the host ends a silent one', async () => {
    const clock = createStillClock();
    await using opened = await openHost({ clock });
    await opened.scripts.run(toRun());

    clock.advance(60_000);
    await opened.scripts.run(toRun());
    assert.equal(opened.server.connections, 1);
    clock.advance(60_001);
    await opened.scripts.run(toRun());

    assert.equal(opened.server.connections, 2);
    assert.equal(count(opened.server.verbs, 'Create'), 1);
  });

  it('is ended when nobody comes for it', async () => {
    const clock = createFakeClock(); // its pauses are over at once
    await using opened = await openHost({ clock });

    await opened.scripts.run(toRun());
    while (opened.server.shells.open.size > 0)
      await new Promise((resolve) => setTimeout(resolve, 5));

    assert.deepEqual(clock.pauses, [90_000]);
  });
});

describe('a host that is down', needsPeer('openssl'), () => {
  it('is left alone after three failures, and tried again later', async () => {
    const clock = createFakeClock();
    const opened = await openHost({ clock });
    await opened.server[Symbol.asyncDispose]();
    const failures: string[] = [];

    for (let run = 0; run < 5; run += 1)
      await opened.scripts.run(toRun()).catch((error) => failures.push(error.failure));
    clock.advance(15_000);
    await opened.scripts.run(toRun()).catch((error) => failures.push(error.failure));

    const down = 'not_connected';
    assert.deepEqual(failures, [down, down, down, 'left_alone', 'left_alone', down]);
    await opened.scripts.close();
  });
});
