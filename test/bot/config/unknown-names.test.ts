import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigRefused } from '#bot/config/config-fault.ts';
import { loadConfig } from '#bot/config.ts';
import { labConfig } from '#test/helpers/open-test-app.ts';

const secrets = { env: {}, readFile: () => '' };

function faultsOf(change: (text: string) => string): readonly string[] {
  try {
    loadConfig({ name: 'drover.yaml', text: labConfig(change) }, secrets);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigRefused)) throw error;
    return error.faults.map(({ path, message }) => `${path.join('.')}: ${message}`);
  }
}

describe('groups of hosts', () => {
  it('are refused where one stands twice: one of both would be without effect', () => {
    const faults = faultsOf(
      (text) => `${text}
placement:
  goals:
    - { connection: lab-vc, goal: balance }
    - { connection: lab-vc, cluster: C1, goal: balance }
    - { connection: lab-vc, cluster: C1, goal: consolidate }
    - { connection: lab-vc, goal: consolidate }
  evacuateClusters:
    - { connection: lab-vc, cluster: C1, by: drover }
    - { connection: lab-vc, cluster: C1, by: drover }
`,
    );

    assert.deepEqual(faults, [
      'placement.goals.2: C1 of lab-vc stands here twice',
      'placement.goals.3: lab-vc stands here twice',
      'placement.evacuateClusters.1: C1 of lab-vc stands here twice',
    ]);
  });
});

describe('names in roles and rules', () => {
  it('are refused when nothing is called so: a mistyped deny would protect nothing', () => {
    const faults = faultsOf((text) =>
      text
        .replace(/allow:\s*\[\s*vm\.create,/, 'deny: [vm.delte]\n    allow: [vm.craete, disk.*,')
        .replace('operations: [vm.delete]', 'operations: [vm.remove]'),
    );

    assert.deepEqual(faults, [
      'roles.1.deny.0: there is no right vm.delte; did you mean vm.delete?',
      'roles.1.allow.0: there is no right vm.craete; did you mean vm.create?',
      'roles.1.allow.1: there is no right disk.*',
      faults.at(-1),
    ]);
    assert.match(
      faults.at(-1) ?? '',
      /^policies\.\d\.operations\.0: there is no operation vm\.remove/,
    );
  });

  it('are good in what npm start runs', () => {
    assert.deepEqual(
      faultsOf((text) => text),
      [],
    );
  });
});
