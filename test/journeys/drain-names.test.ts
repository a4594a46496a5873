/** Names of clusters under `placement` that nothing bears. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigRefused } from '#bot/config/config-fault.ts';
import { eventually } from '#test/helpers/open-test-app.ts';
import type { Alter } from './alterations.ts';
import { evacuateBy, openDrain } from './drain-stage.ts';

const naming = (...pairs: readonly (readonly [string, string])[]) => {
  const lines = pairs.map(
    ([connection, cluster]) =>
      `    - { connection: ${connection}, cluster: ${cluster}, by: drover }\n`,
  );
  return evacuateBy('platform', `  evacuateClusters:\n${lines.join('')}`);
};

describe('clusters that are named in the configuration', { timeout: 60_000 }, () => {
  it('are refused at the start where there is no such connection, each by its path', async () => {
    const config = (text: string) =>
      `${naming(['lab-vc', 'C1'], ['lab-cv', 'C1'])(text)}  goals: [{ connection: lab-vd, goal: balance }]\n`;

    await assert.rejects(openDrain({ config }), (error) => {
      assert.ok(error instanceof ConfigRefused);
      assert.deepEqual(
        error.faults.map(({ path, message }) => `${path.join('.')}: ${message}`),
        [
          'placement.evacuateClusters.1.connection: there is no connection lab-cv; did you mean lab-vc?',
          'placement.goals.0.connection: there is no connection lab-vd; did you mean lab-vc?',
        ],
      );
      return true;
    });
  });

  it('are warned of, once, where the connection was read and has none of that name', async () => {
    const warned: unknown[] = [];
    const hear: Alter = ({ log, ...parts }) => ({
      ...parts,
      log: Object.assign(Object.create(log), {
        warn: (facts: unknown, words: unknown) => {
          if (String(words).startsWith('placement.')) warned.push([facts, words]);
        },
      }),
    });
    const config = (text: string) =>
      `${naming(['lab-vc', 'C2'], ['lab-vc', 'C1'], ['lab-vc', 'c1'])(text)}  goals:
    - { connection: lab-vc, cluster: C3, goal: consolidate }
    - { connection: lab-vc, goal: consolidate }
`;
    await using app = await openDrain({ config, alter: hear });

    await eventually(() => warned.length > 2);

    const remedy =
      'names a cluster that its connection does not have: write the name as cluster list shows it';
    const words = `placement.evacuateClusters ${remedy}`;
    assert.deepEqual(warned, [
      [{ connection: 'lab-vc', cluster: 'C2' }, words],
      [{ connection: 'lab-vc', cluster: 'c1' }, words],
      [{ connection: 'lab-vc', cluster: 'C3' }, `placement.goals ${remedy}`],
    ]);
    assert.ok(app.drover.house.index.byName('cluster', 'C1').length > 0);
  });
});
