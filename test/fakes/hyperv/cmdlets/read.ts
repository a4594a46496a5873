/** What only reads a host. */

import type { CmdletError } from '../powershell/cmdlet-call.ts';
import { hypervObject, type PsObject, uint32 } from '../powershell/values.ts';
import { refusals } from '../world/errors.ts';
import {
  readText,
  toCheckpointObject,
  toDiskObject,
  toHostObject,
  toImageObject,
  toList,
  toNicObject,
  toSwitchObject,
  toVhdObject,
  toVlanObject,
  toVmObject,
} from '../world/views.ts';
import { type Handler, readOptional, requireVms } from './handler.ts';

const getVm: Handler = ({ bound, world, host }) => {
  if (bound.Name !== undefined) throw new Error('Get-VM: names identify nothing');
  const now = world.clock.now();
  const id = readOptional(bound, 'Id');
  if (id === undefined) return { objects: world.vmsOn(host.name).map((vm) => toVmObject(vm, now)) };
  const vm = world.findVm(host.name, id);
  if (!vm) throw refusals.vmNotFound(id);
  return { objects: [toVmObject(vm, now)] };
};

const getVhd: Handler = ({ bound, world, host }) => {
  const objects: PsObject[] = [];
  const errors: CmdletError[] = [];
  for (const path of toList(bound.Path).map(String)) {
    const file = world.files.read(host.name, path);
    if (file) {
      const isAttached = world.vms.some(({ disks }) => disks.some((disk) => disk.path === path));
      objects.push(toVhdObject(path, file, isAttached));
    } else
      errors.push(
        ...(refusals.failed(`Getting the mounted storage instance for '${path}' failed.`).answer
          .errors ?? []),
      );
  }
  return { objects, errors };
};

const getVlan: Handler = ({ bound, world, host }) => ({
  objects: toList(bound.VMNetworkAdapter).flatMap((adapter) => {
    const vm = world.findVm(host.name, readText(adapter, 'VMId'));
    const nic = vm?.nics.find(({ id }) => id === readText(adapter, 'Id'));
    return vm && nic ? [toVlanObject(nic, vm, host)] : [];
  }),
});

export const readCmdlets: Readonly<Record<string, Handler>> = {
  'Get-VM': getVm,
  'Get-VHD': getVhd,
  'Get-VMHardDiskDrive': (call) => ({
    objects: requireVms(call).flatMap((vm) => vm.disks.map((disk) => toDiskObject(disk, vm))),
  }),
  'Get-VMDvdDrive': (call) => ({
    objects: requireVms(call).flatMap((vm) => vm.images.map((path) => toImageObject(path, vm))),
  }),
  'Get-VMNetworkAdapter': (call) => ({
    objects: requireVms(call).flatMap((vm) =>
      vm.nics.map((nic) => toNicObject(nic, vm, call.host)),
    ),
  }),
  'Get-VMNetworkAdapterVlan': getVlan,
  'Get-VMSnapshot': (call) => ({
    objects: requireVms(call).flatMap((vm) =>
      vm.checkpoints.map((one) => toCheckpointObject(one, vm)),
    ),
  }),
  'Get-VMSwitch': ({ bound, host }) => {
    if (bound.Name !== undefined) throw new Error('Get-VMSwitch: names identify nothing');
    const ids = toList(bound.Id).map(String);
    const found = host.switches.filter(({ id }) => ids.length === 0 || ids.includes(id));
    if (found.length === 0 && ids[0] !== undefined)
      throw refusals.invalid('Hyper-V was unable to find a virtual switch.', ids[0]);
    return { objects: found.map(toSwitchObject) };
  },
  'Get-VMHost': ({ host }) => ({ objects: [toHostObject(host)] }),
  'Get-VMMigrationNetwork': ({ host }) => ({
    objects: host.migration.subnets.map((subnet) =>
      hypervObject('VMMigrationNetwork', subnet, { Subnet: subnet, Priority: uint32(0) }),
    ),
  }),
  /** No cmdlet: `stubs/csharp/identity.cs` asks for it. */
  WindowsIdentity: ({ host }) => ({
    objects: [{ Name: 'LAB\\svc-drover', Groups: ['S-1-1-0', ...host.accountGroups] }],
  }),
};
