/** Names that are code, patterns or mark-up elsewhere, typed in every command on Hyper-V: they arrive unchanged, and nothing runs. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { GIB, type WorldVm } from '../fakes/hyperv/world/parts.ts';
import { needsPeer } from '../helpers/peers/needs-peer.ts';
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

/** `DROVER_TEST_SIZE=full`: every name through every command, in about four minutes; else each through one part in turn. */
const isFull = process.env.DROVER_TEST_SIZE === 'full';
const partsOf = (at: number) => (isFull ? PARTS : PARTS.slice(at % PARTS.length).slice(0, 1));

describe('H35 names on Hyper-V', {
  timeout: 600_000,
  ...needsPeer('powershell', 'openssl'),
}, () => {
  let stage: HypervStage;
  let vms: readonly WorldVm[];
  before(async () => {
    stage = await openHypervStage((world) => {
      vms = NAMES.map((name, at) => {
        const path = `${SHARED}\\VMs\\${at}`;
        const more = { path, memoryBytes: GIB, disks: [`${path}\\a.vhdx`] };
        return world.addVm(at % 2 === 0 ? 'hv01' : 'hv02', name, more);
      });
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  const live = async (vm: WorldVm, name: string, deeds: readonly Deed[]) => {
    for (const [words, more, see, wished] of deeds) {
      const end = await stage.carryOut(`${words} ${quoted(name)}${more} --reason ${quoted(name)}`);
      assert.match(end, /^done\n/, `${words} ${name}`);
      assert.equal(see(vm), wished, `${words} ${name}`);
      assert.equal(vm.name, name);
    }
    const end = await stage.carryOut(`vm delete ${quoted(name)} --reason x`);
    assert.match(end, /^done\n/, name);
    assert.ok(!stage.site.world.vms.includes(vm), name);
  };

  it('each goes through the life of its VM', { timeout: 500_000 }, async () => {
    const queue = vms.entries();
    const work = async () => {
      for (const [at, vm] of queue) await live(vm, NAMES[at] ?? '', partsOf(at).flat());
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));

    assert.deepEqual(stage.site.world.vms, []);
    const touched = new Set(stage.site.journal.flatMap(({ name }) => name ?? []));
    assert.deepEqual([...touched].toSorted(), NAMES.toSorted());
  });
});
