import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readArguments, toSeedNumber } from './arguments.ts';
import { countTo } from './seams.ts';

it('reads bed, size, control and seed', () => {
  const read = readArguments(['vcsim', '60', '--control', 'epoch', '--seed', 'a1']);

  assert.deepEqual(read, { bed: 'vcsim', instants: 60, control: 'epoch', seed: 'a1' });
});

it('takes the CI size and the commit when nothing is said', () => {
  const read = readArguments(['sqlite']);

  assert.equal(read?.instants, 10);
  assert.match(read?.seed ?? '', /^([0-9a-f]{12,}|no commit)$/);
});

it('reads the beds of an evacuation, and no part of their names', () => {
  assert.equal(readArguments(['evacuation'])?.bed, 'evacuation');
  assert.equal(readArguments(['evacuation-vcsim', '10'])?.bed, 'evacuation-vcsim');
  assert.equal(readArguments(['evacuation-hyperv'])?.bed, 'evacuation-hyperv');
  assert.equal(readArguments(['evacuation-', '10']), undefined);
  assert.equal(readArguments(['evacuation', '--control', 'adopt']), undefined);
});

for (const argv of [[], ['mysql'], ['sqlite', 'x'], ['sqlite', '3', '4']]) {
  it(`does not understand “${argv.join(' ')}”`, () => {
    assert.equal(readArguments(argv), undefined);
  });
}

it('does not take an unknown control for none', () => {
  assert.equal(readArguments(['sqlite', '--control', 'luck']), undefined);
  assert.equal(readArguments(['sqlite', '--speed', '3']), undefined);
  assert.equal(readArguments(['sqlite', '--control', 'note']), undefined);
  assert.equal(readArguments(['chat', '--control', 'note'])?.control, 'note');
});

it('makes the same number of the same seed, and another of another', () => {
  assert.equal(toSeedNumber('a1'), toSeedNumber('a1'));
  assert.notEqual(toSeedNumber('a1'), toSeedNumber('a2'));
});

it('counts to a seam and says so once', () => {
  let reached = 0;
  const reach = countTo('acted#2', () => {
    reached += 1;
  });

  const answers = ['acted', 'looked', 'acted', 'acted'].map(reach);

  assert.deepEqual(answers, [false, false, true, false]);
  assert.equal(reached, 1);
});
