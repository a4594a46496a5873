/** The formula of the stars, against values computed by hand. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PLACEMENT_RULES, rateHost } from '#core/placement/stars.ts';
import { GIB } from '../estate-makers.ts';

const HOST = { cpuCores: 10, cpuUsedShare: 0.3, memoryBytes: 100 * GIB, memoryUsedBytes: 40 * GIB };
const BALANCE = { rules: PLACEMENT_RULES, goal: 'balance' } as const;
const VM = { cpus: 2, memoryBytes: 5 * GIB };

const starsOf = (host: Partial<typeof HOST> = {}, vm: Partial<typeof VM> = {}) =>
  rateHost({ ...HOST, ...host }, { ...VM, ...vm }, BALANCE).stars;

describe('stars', () => {
  it('are the mean of what is left of CPU and memory beside the reserves, times five, in halves', () => {
    // memory 1 - 0.45/0.9 = 0.5; CPU 1 - (0.3 + 2·0.2/10)/0.9 = 0.622; mean 0.561 → 2.81 → 3
    assert.equal(starsOf(), 3);
    // memory 1 - 0.05/0.9 = 0.944; CPU 1 - 0.04/0.9 = 0.956; mean 0.95 → 4.75 → 5
    assert.equal(starsOf({ cpuUsedShare: 0, memoryUsedBytes: 0 }), 5);
    // memory 1 - 0.85/0.9 = 0.056; CPU 1 - 0.84/0.9 = 0.067; mean 0.061 → 0.31 → 0.5
    assert.equal(starsOf({ cpuUsedShare: 0.8, memoryUsedBytes: 80 * GIB }), 0.5);
    // memory 0; CPU 1 - 0.89/0.9 = 0.011; mean 0.006 → 0
    assert.equal(starsOf({ cpuUsedShare: 0.85, memoryUsedBytes: 85 * GIB }), 0);
  });

  it('do not let one overloaded part take from the other', () => {
    // memory 1 - 0.45/0.9 = 0.5; CPU 1 - 1.04/0.9 < 0, counted as 0; mean 0.25 → 1.25 → 1.5
    assert.equal(starsOf({ cpuUsedShare: 1 }), 1.5);
  });

  it('H09 rest on memory alone where the load of the CPU is not known: it is not taken for zero', () => {
    const { cpuUsedShare: _unknown, ...host } = HOST;

    const rated = rateHost(host, VM, BALANCE);

    // memory 0.5 → 2.5
    assert.equal(rated.stars, 2.5);
    assert.equal(rated.cpuShare, undefined);
    assert.equal(rated.memoryShare, 0.45);
  });

  it('tell the shares after the VM was added', () => {
    const rated = rateHost(HOST, VM, BALANCE);

    assert.equal(rated.memoryShare, 0.45);
    assert.ok(Math.abs((rated.cpuShare ?? 0) - 0.34) < 1e-9);
  });

  it('are half steps from 0 to 5 and never rise with a larger VM', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, fc.nat(64), fc.nat(64), (cpuUsedShare, memory, cpus, gib) => {
        const host = { cpuUsedShare, memoryUsedBytes: memory * 100 * GIB };

        const stars = starsOf(host, { cpus, memoryBytes: gib * GIB });

        assert.ok(stars >= 0 && stars <= 5 && Number.isInteger(stars * 2));
        assert.ok(starsOf(host, { cpus: cpus + 1, memoryBytes: (gib + 1) * GIB }) <= stars);
      }),
    );
  });
});
