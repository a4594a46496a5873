import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import fc from 'fast-check';
import { type Budget, createBudget, type Lane, type Want } from '#bot/delivery/budget.ts';
import { createTurns } from '#bot/delivery/turns.ts';
import { slackBudget as limits } from '#bot/slack/slack-budget.ts';

interface Sent {
  readonly want: Want;
  readonly at: number;
  readonly waited: number;
}

const second = 1_000;
const minute = 60 * second;

/** Runs a budget by a clock of its own, in steps of 100 ms; `say` wants something at an instant. */
function simulate(
  lengthMs: number,
  say: (now: number, want: (want: Want) => void) => void,
): Sent[] {
  const budget = createBudget(limits);
  const since = new Map<string, Map<Lane, number>>();
  const sent: Sent[] = [];
  for (let now = 0; now <= lengthMs; now += 100) {
    say(now, (want) => {
      const asked = since.get(want.key) ?? new Map<Lane, number>();
      since.set(want.key, asked.has(want.lane) ? asked : asked.set(want.lane, now));
      budget.want(want, now);
    });
    for (const want of budget.take(now)) {
      sent.push({ want, at: now, waited: now - (since.get(want.key)?.get(want.lane) ?? now) });
      since.delete(want.key);
    }
  }
  return sent;
}

function assertWithinLimits(sent: readonly Sent[]): void {
  for (const kind of ['edit', 'post'] as const) {
    const times = sent.filter(({ want }) => want.kind === kind).map(({ at }) => at);
    const most = kind === 'edit' ? limits.edits.urgent : limits.posts.urgent;
    for (const [at, time] of times.entries()) {
      const before = times[at - most];
      assert.ok(before === undefined || time - before >= limits.windowMs, `${kind} at ${time}`);
    }
  }
  const posts = new Map<string, number>();
  for (const { want, at } of sent.filter(({ want: { kind } }) => kind === 'post')) {
    const last = posts.get(want.channel);
    assert.ok(last === undefined || at - last >= limits.postEveryMs, `a post at ${at}`);
    posts.set(want.channel, at);
  }
}

function longestWait(sent: readonly Sent[], lane: Lane): number {
  return Math.max(...sent.filter(({ want }) => want.lane === lane).map(({ waited }) => waited));
}

const jobs = Array.from({ length: 100 }, (_, at) => at);
const channelOf = (job: number) => `C${job % 4}`;

function progressOf(job: number): Want {
  return { key: `job-${job}`, lane: 'progress', kind: 'edit', channel: channelOf(job) };
}

/** Somebody is asked each ten seconds, and votes on it four seconds later. */
function askAndVote(now: number, want: (want: Want) => void): void {
  const number = Math.floor(now / (10 * second));
  const urgent = { key: `request-${number}`, lane: 'urgent', channel: 'C0' } as const;
  if (now % (10 * second) === 3_300) want({ ...urgent, kind: 'post' });
  if (now % (10 * second) === 7_300) want({ ...urgent, kind: 'edit' });
}

describe('the budget of a transport', () => {
  it('holds with 100 live jobs for ten minutes: requests within 2 s, ends within 10 s', (test) => {
    const sent = simulate(10 * minute, (now, want) => {
      // One job ends each six seconds, and another one begins in its place.
      const ending = Math.floor(now / (6 * second)) % 100;
      if (now % (6 * second) === 2_500) want({ ...progressOf(ending), lane: 'final' });
      if (now % second === 0) for (const job of jobs) want(progressOf(job));
      askAndVote(now, want);
    });

    assertWithinLimits(sent);
    assert.ok(longestWait(sent, 'urgent') <= 2 * second);
    assert.ok(longestWait(sent, 'final') <= 10 * second);
    const edits = sent.filter(({ want }) => want.lane === 'progress');
    assert.ok(edits.length >= 180, `${edits.length} edits show progress`);
    const shown = new Set(edits.map(({ want }) => want.key));
    assert.equal(shown.size, 100, 'every job is shown to go on');
    const [urgent, final] = [longestWait(sent, 'urgent'), longestWait(sent, 'final')];
    test.diagnostic(
      `100 live jobs, 10 min: longest wait of requests ${urgent} ms, ends ${final} ms`,
    );
  });

  it('holds when all 100 jobs end in one second: ends first, in their order, requests go between', (test) => {
    const sent = simulate(10 * minute, (now, want) => {
      const isOver = now >= 3 * minute;
      if (now === 3 * minute) for (const job of jobs) want({ ...progressOf(job), lane: 'final' });
      if (!isOver && now % second === 0) for (const job of jobs) want(progressOf(job));
      askAndVote(now, want);
    });

    assertWithinLimits(sent);
    assert.ok(longestWait(sent, 'urgent') <= 2 * second);
    const ends = sent.filter(({ want }) => want.lane === 'final');
    assert.equal(ends.length, 100);
    assert.deepEqual(
      ends.map(({ want }) => want.key),
      jobs.map((job) => `job-${job}`),
    );
    // A hundred edits at 50 a minute, beside those of the minute before, take no less than two minutes.
    assert.ok(longestWait(sent, 'final') <= 2.5 * minute);
    test.diagnostic(`the last of 100 ends is told ${longestWait(sent, 'final') / second} s later`);
  });

  it('lets a request through in the channel into which 100 ends are being told', () => {
    const sent = simulate(3 * minute, (now, want) => {
      if (now === 0) {
        for (const job of jobs) {
          want({ key: `end-${job}`, lane: 'final', kind: 'post', channel: 'C0' });
        }
      }
      askAndVote(now, want);
    });

    assertWithinLimits(sent);
    assert.ok(longestWait(sent, 'urgent') <= 2 * second);
    assert.equal(sent.filter(({ want }) => want.lane === 'final').length, 100);
  });

  it('sends each copy once, however often it was wanted, and as urgently as it ever was', () => {
    const budget = createBudget(limits);
    const edit = { key: 'a', kind: 'edit', channel: 'C0' } as const;
    budget.want({ ...edit, lane: 'progress' }, 0);
    budget.want({ ...edit, lane: 'final' }, 5);
    budget.want({ ...edit, lane: 'progress' }, 10);

    assert.deepEqual(budget.take(20), [{ ...edit, lane: 'final', since: 5 }]);
    assert.equal(budget.nextAt(20), undefined);
  });

  it('keeps still as long as the transport asks for', () => {
    const budget = createBudget(limits);
    budget.pause('edit', 30_000);
    budget.want({ key: 'a', lane: 'urgent', kind: 'edit', channel: 'C0' }, 0);
    budget.want({ key: 'b', lane: 'urgent', kind: 'post', channel: 'C0' }, 0);

    assert.deepEqual(
      budget.take(0).map(({ key }) => key),
      ['b'],
    );
    assert.equal(budget.nextAt(0), 30_000);
    assert.equal(budget.take(30_000).length, 1);
  });

  it('never goes over its limits and forgets nobody, whatever is wanted', () => {
    const anyWant = fc.record({
      at: fc.nat(2 * minute).map((at) => at - (at % 100)),
      key: fc.nat(40).map(String),
      lane: fc.constantFrom<Lane>('urgent', 'final', 'progress'),
      kind: fc.constantFrom<Want['kind']>('post', 'edit'),
      channel: fc.constantFrom('C0', 'C1'),
    });
    fc.assert(
      fc.property(fc.array(anyWant, { maxLength: 200 }), (wants) => {
        const asked = new Set<string>();
        const sent = simulate(15 * minute, (now, want) => {
          for (const one of wants.filter(({ at }) => at === now)) {
            const { at: _at, ...wanted } = one;
            asked.add(wanted.key);
            want(wanted);
          }
        });
        assertWithinLimits(sent);
        assert.deepEqual(new Set(sent.map(({ want }) => want.key)), asked);
      }),
      { numRuns: 25 },
    );
  });
});

describe('waiting for a turn', () => {
  const edit = (key: string, lane: Lane = 'progress') =>
    ({ key, lane, kind: 'edit', channel: 'C0' }) as const;

  function openTurns(budget: Budget = createBudget(limits)) {
    mock.timers.enable({ apis: ['setTimeout'] });
    let now = 0;
    const turns = createTurns({ budget, elapsed: () => now, deadlineMs: 10_000 });
    return {
      turns,
      tick(ms: number) {
        for (let passed = 0; passed < ms; passed += 100) {
          now += 100;
          mock.timers.tick(100);
        }
      },
      [Symbol.dispose]() {
        turns.close();
        mock.timers.reset();
      },
    };
  }

  it('ends when it is one’s turn', async () => {
    using open = openTurns();
    await open.turns.wait(edit('a'));
    const second = open.turns.wait(edit('b'));
    open.tick(2_000);

    await second;
  });

  it('goes on at once for what became urgent', async () => {
    using open = openTurns();
    await open.turns.wait(edit('a'));
    const second = open.turns.wait(edit('b'));
    open.turns.raise(edit('b', 'final'));

    await second;
  });

  it('has a deadline, and says that nothing was sent', async () => {
    using open = openTurns();
    open.turns.pause('edit', 60_000);
    const refused = assert.rejects(open.turns.wait(edit('a')), {
      code: 'time_limit_reached',
      end: 'not_started',
    });
    open.tick(10_100);

    await refused;
  });

  it('ends for all when it is closed', async () => {
    using open = openTurns();
    open.turns.pause('edit', 60_000);
    const refused = assert.rejects(open.turns.wait(edit('a')), { code: 'cancelled' });
    open.turns.close();

    await refused;
    await assert.rejects(open.turns.wait(edit('b')), { end: 'not_started' });
  });
});
