/** What is asked for of a balance: what is refused is in the audit, and what a proposal showed is what is asked for. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deedsOf } from './look.ts';
import { type MovesWish, names, openMoves, say } from './moves-stage.ts';

const UNEVEN: MovesWish = {
  on: { 'esx-01': names(10), 'esx-02': ['web-01'], 'esx-03': ['web-02'] },
  hosts: {
    'esx-01': { memory: '128GiB', cpuUsedShare: 0.7 },
    'esx-02': { memory: '128GiB', cpuUsedShare: 0.1 },
    'esx-03': { memory: '128GiB', cpuUsedShare: 0.1 },
  },
};
const BALANCED: MovesWish = {
  on: { 'esx-01': names(3), 'esx-02': names(3, 'web'), 'esx-03': names(3, 'db') },
};
/** Carl may balance a cluster that is not this one. */
const elsewhere = (text: string) =>
  text
    .replace(/\s*cluster\.balance,/, '')
    .replace(
      'policies:',
      '  - name: balancers\n    members: [operators]\n    allow: [cluster.balance]\n    scope: { clusters: [C9] }\n\npolicies:',
    );
const limits = { timeout: 100_000 };

describe('cluster balance that is refused', limits, () => {
  it('is in the audit as every change is, for all of it and for named VMs', async () => {
    const cases = [
      ['cluster balance C1 --all', BALANCED, 'blocked', 'nothing_to_balance'],
      [
        'cluster balance C1 --all',
        { ...UNEVEN, automation: 'full' },
        'blocked',
        'platform_balances',
      ],
      ['cluster balance C1 web-01', UNEVEN, 'blocked', 'vm_gains_too_little'],
      ['cluster balance C1 --all', { ...UNEVEN, config: elsewhere }, 'not_allowed', undefined],
      ['cluster balance C1 app-01', { ...UNEVEN, config: elsewhere }, 'not_allowed', undefined],
    ] as const;

    for (const [line, wish, code, blocker] of cases) {
      await using app = await openMoves(wish);

      await say(app, 'carl', line);

      const [event, ...more] = await app.audit('refused');
      assert.equal(event?.personId, 'lab-carl', line);
      assert.deepEqual(event?.facts, {
        ...{ operation: 'cluster.balance', code, text: line },
        codes: blocker === undefined ? [] : [blocker],
      });
      assert.deepEqual([more, await app.audit('request_opened')], [[], []], line);
    }
  });

  it('is in no audit where nothing was asked for: a proposal, a plan, a script', async () => {
    await using app = await openMoves(BALANCED);

    for (const options of ['', ' --plan', ' --all --plan', ' --all --script'])
      await say(app, 'carl', `cluster balance C1${options}`);

    assert.deepEqual([await app.audit('refused'), deedsOf(app)], [[], []]);
  });
});
