/** The lives of VMs whose names are code, patterns or mark-up elsewhere, beside all the others of such names. */
import assert from 'node:assert/strict';
import { GIB, type WorldVm } from '../fakes/hyperv/world/parts.ts';
import { NAMES, quoted } from './hyperv-names.ts';
import { type HypervStage, openHypervStage, SHARED } from './hyperv-stage.ts';

/** So many lives go on side by side. */
const AT_ONCE = 4;

type Deed = readonly [string, string, (vm: WorldVm) => unknown, unknown];

/** What is typed before and behind the name, and what the host then has; each part begins and ends with a VM that is off. */
const PARTS: readonly (readonly Deed[])[] = [
  [
    ['vm start', '', ({ state }) => state, 'Running'],
    ['vm pause', '', ({ state }) => state, 'Paused'],
    ['vm resume', '', ({ state }) => state, 'Running'],
    ['vm save', '', ({ state }) => state, 'Saved'],
    ['vm resume', '', ({ state }) => state, 'Running'],
    ['vm stop', '', ({ state }) => state, 'Off'],
  ],
  [
    ['vm disk add', ' --size 1GiB', ({ disks }) => disks.length, 2],
    ['vm disk remove', " 'SCSI 0:1'", ({ disks }) => disks.length, 1],
  ],
  [
    ['vm network disconnect', '', ({ nics }) => nics[0]?.switchId, undefined],
    ['vm network connect', ` ${quoted("DMZ 'old'")} --vlan 7`, ({ nics }) => nics[0]?.vlanId, 7],
    ['vm start', '', ({ state }) => state, 'Running'],
    ['vm shutdown', '', ({ state }) => state, 'Off'],
  ],
];

/** `DROVER_TEST_SIZE=full`: every name through every command, in about two minutes a half; else each through one part in turn. */
const isFull = process.env.DROVER_TEST_SIZE === 'full';
const partsOf = (at: number) => (isFull ? PARTS : PARTS.slice(at % PARTS.length).slice(0, 1));

/** A half of the names: all of them in one file take longer than a file may on a slow machine. */
export const HALVES = [NAMES.slice(0, NAMES.length / 2), NAMES.slice(NAMES.length / 2)] as const;

/** Each of these goes through its life; the others are there as well, and nothing is done to them. */
export async function playLives(mine: readonly string[]): Promise<void> {
  const vms: WorldVm[] = [];
  await using stage = await openHypervStage((world) => {
    for (const [at, name] of NAMES.entries()) {
      const path = `${SHARED}\\VMs\\${at}`;
      const more = { path, memoryBytes: GIB, disks: [`${path}\\a.vhdx`] };
      vms.push(world.addVm(at % 2 === 0 ? 'hv01' : 'hv02', name, more));
    }
  });
  const queue = vms.entries();
  const work = async () => {
    for (const [at, vm] of queue)
      if (mine.includes(vm.name)) await live(stage, vm, partsOf(at).flat());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));

  const { world, journal } = stage.site;
  const others = NAMES.filter((name) => !mine.includes(name));
  assert.deepEqual(
    world.vms.map(({ name }) => name),
    others,
  );
  const touched = new Set(journal.flatMap(({ name }) => name ?? []));
  assert.deepEqual([...touched].toSorted(), mine.toSorted());
}

async function live(
  { site, carryOut }: HypervStage,
  vm: WorldVm,
  deeds: readonly Deed[],
): Promise<void> {
  const { name } = vm;
  for (const [words, more, see, wished] of deeds) {
    const end = await carryOut(`${words} ${quoted(name)}${more} --reason ${quoted(name)}`);
    assert.match(end, /^done\n/, `${words} ${name}`);
    assert.equal(see(vm), wished, `${words} ${name}`);
    assert.equal(vm.name, name);
  }
  const end = await carryOut(`vm delete ${quoted(name)} --reason x`);
  assert.match(end, /^done\n/, name);
  assert.ok(!site.world.vms.includes(vm), name);
}
