/** Section `lab` of the configuration. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LabConfig } from '#adapters/simulator/config.ts';
import { createLab } from '#adapters/simulator/simulator.ts';

describe('the configuration of the lab', () => {
  it('may be empty', () => {
    assert.deepEqual(LabConfig.parse({}), { speed: 10, seed: 1, faults: [] });
  });

  it('is what the lab takes', async () => {
    const config = LabConfig.parse({
      speed: 0,
      people: [{ login: 'zoe', name: 'Zoe' }],
      faults: [{ fault: 'refuse', method: 'identify', code: 'login_refused' }],
    });

    const lab = createLab({ ...config, file: ':memory:' });

    const people = await lab.directory.listPeople();
    assert.deepEqual(
      people.map((it) => it.login),
      ['zoe'],
    );
    assert.deepEqual(lab.faults.unused(), ['refuse of identify, 1 times']);
    await lab.close();
  });

  it('is refused with unknown keys, faults and methods', () => {
    for (const config of [
      { sped: 1 },
      { speed: -1 },
      { faults: [{ fault: 'explode' }] },
      { faults: [{ fault: 'refuse', method: 'clone', code: 'no_such_code' }] },
      { people: [{ login: 'zoe', name: 'Zoe', state: 'asleep' }] },
    ])
      assert.ok(!LabConfig.safeParse(config).success, JSON.stringify(config));
  });
});
