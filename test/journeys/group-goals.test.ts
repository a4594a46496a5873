/** Groups of hosts with a goal of their own, as people meet them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type MovesWish, names, openMoves, say } from './moves-stage.ts';

const goals =
  (...lines: readonly string[]) =>
  (text: string) =>
    `${text}\nplacement:\n  goals:\n${lines.map((line) => `    - ${line}\n`).join('')}`;

/** The second host is fuller than the third. */
const WISH: MovesWish = {
  on: { 'esx-01': ['web-01'], 'esx-02': names(12), 'esx-03': names(2, 'db') },
  hosts: {
    'esx-01': { memory: '128GiB', cpuUsedShare: 0.2 },
    'esx-02': { memory: '128GiB', cpuUsedShare: 0.5 },
    'esx-03': { memory: '128GiB', cpuUsedShare: 0.2 },
  },
};

describe('a cluster with a goal of its own', { timeout: 60_000 }, () => {
  it('has its stars turned round, says so, and is balanced the other way', async () => {
    await using app = await openMoves({
      ...WISH,
      config: goals('{ connection: lab-vc, cluster: C1, goal: consolidate }'),
    });

    const rated = await say(app, 'carl', 'host rate web-01');
    const created = await say(app, 'carl', 'vm create web-02 --template ubuntu-24 --plan');
    const balanced = await say(app, 'carl', 'cluster balance C1');

    assert.match(rated, /esx-02 ★\S* .*its group consolidates, so fuller is better.*esx-03 ★/);
    assert.match(created, /Place: esx-02 ★/);
    assert.match(balanced, /the goal is to consolidate, so more is better/);
    assert.match(balanced, /(?:web-01 esx-01|db-0\d esx-03) esx-02/);
  });

  it('leaves the others as they were', async () => {
    await using app = await openMoves({
      ...WISH,
      config: goals(
        '{ connection: lab-vc, goal: consolidate }',
        '{ connection: lab-vc, cluster: C1, goal: balance }',
      ),
    });

    const rated = await say(app, 'carl', 'host rate web-01');
    const created = await say(app, 'carl', 'vm create web-02 --template ubuntu-24 --plan');
    const balanced = await say(app, 'carl', 'cluster balance C1');

    assert.match(rated, /esx-03 ★.*esx-02 ★/);
    assert.doesNotMatch(rated, /consolidates/);
    assert.match(created, /Place: esx-0[13] ★/);
    assert.match(balanced, /app-\d\d esx-02 esx-0[13]/);
  });
});
