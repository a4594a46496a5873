/** How the world's things look as PowerShell objects. A property that is not here is an error under strict mode, never null. */
import {
  array,
  datetime,
  guid,
  hypervEnum,
  hypervObject,
  int64,
  type PsObject,
  timespan,
  uint32,
  uint64,
  type Value,
  vhdObject,
} from '../powershell/values.ts';
import type { VhdFile } from './files.ts';
import {
  isCritical,
  isOn,
  type WorldCheckpoint,
  type WorldDisk,
  type WorldHost,
  type WorldNic,
  type WorldSwitch,
  type WorldVm,
} from './parts.ts';

export function toVmObject(vm: WorldVm, now: number): PsObject {
  const { id, name } = vm;
  return hypervObject('VirtualMachine', `VirtualMachine (Name = '${name}') [Id = '${id}']`, {
    ...{ Id: guid(id), VMId: guid(id), Name: name, VMName: name, ComputerName: vm.host },
    // An odd state comes as text: the stub's enum has no such word, Windows' own may.
    State: vm.oddState ?? hypervEnum('VMState', vm.state),
    PrimaryOperationalStatus: isCritical(vm) ? 'Error' : vm.secondary ? 'InService' : 'Ok',
    SecondaryOperationalStatus: vm.secondary ?? null,
    ...{ Notes: vm.notes, Path: vm.path, IsClustered: vm.isClustered, Version: '10.0' },
    ...{ Generation: vm.generation, ProcessorCount: vm.processors },
    ...{ MemoryStartup: int64(vm.memoryBytes), DynamicMemoryEnabled: vm.dynamicMemory },
    MemoryAssigned: int64(isOn(vm) ? vm.memoryBytes : 0),
    Uptime: timespan(isOn(vm) ? now - vm.startedAt : 0),
    CreationTime: datetime(vm.createdAt),
    Heartbeat: isOn(vm) ? (vm.noGuest ? 'NoContact' : 'OkApplicationsHealthy') : null,
    ReplicationMode: hypervEnum('VMReplicationMode', vm.replication),
    ReplicationState: vm.replication === 'None' ? 'Disabled' : 'Replicating',
  });
}

export function toDiskObject(disk: WorldDisk, vm: WorldVm): PsObject {
  const { id, path, controllerType, controllerNumber, controllerLocation } = disk;
  return hypervObject('HardDiskDrive', `HardDiskDrive (Path = '${path}')`, {
    ...{ Id: id, Path: path, VMId: guid(vm.id), VMName: vm.name },
    ControllerType: hypervEnum('ControllerType', controllerType),
    ...{ ControllerNumber: controllerNumber, ControllerLocation: controllerLocation },
  });
}

export const toImageObject = (path: string, vm: WorldVm): PsObject =>
  hypervObject('DvdDrive', `DvdDrive (Path = '${path}')`, { Path: path, VMId: guid(vm.id) });

export function toNicObject(nic: WorldNic, vm: WorldVm, host: WorldHost): PsObject {
  const { id, name, mac, vmqWeight, switchId } = nic;
  const connected = host.switches.find((one) => one.id === switchId);
  return hypervObject('VMNetworkAdapter', `VMNetworkAdapter (Name = '${name}')`, {
    ...{ Id: id, Name: name, VMId: guid(vm.id), VMName: vm.name, MacAddress: mac },
    ...{ SwitchName: connected?.name ?? '', SwitchId: switchId ? guid(switchId) : null },
    ...{ Connected: connected !== undefined, VmqWeight: vmqWeight, IsManagementOs: false },
    IPAddresses: array('string', vm.state === 'Running' && !vm.noGuest ? nic.addresses : []),
  });
}

export function toVlanObject(nic: WorldNic, vm: WorldVm, host: WorldHost): PsObject {
  return hypervObject('VMNetworkAdapterVlanSetting', 'VMNetworkAdapterVlanSetting', {
    OperationMode: nic.vlanId > 0 ? 'Access' : 'Untagged',
    AccessVlanId: nic.vlanId,
    ParentAdapter: toNicObject(nic, vm, host),
  });
}

export function toCheckpointObject(point: WorldCheckpoint, vm: WorldVm): PsObject {
  const { id, name, parent, createdAt } = point;
  return hypervObject('VMSnapshot', `VMSnapshot (Name = '${name}')`, {
    ...{ Id: guid(id), Name: name, VMId: guid(vm.id), VMName: vm.name },
    ParentSnapshotId: parent === undefined ? null : guid(parent),
    CreationTime: datetime(createdAt),
  });
}

export const toSwitchObject = ({ id, name, kind }: WorldSwitch): PsObject =>
  hypervObject('VMSwitch', `VMSwitch (Name = '${name}')`, {
    ...{ Id: guid(id), Name: name, SwitchType: hypervEnum('VMSwitchType', kind) },
  });

export function toVhdObject(path: string, file: VhdFile, isAttached: boolean): PsObject {
  return vhdObject(path, {
    ...{ Path: path, VhdType: file.type, ParentPath: file.parent ?? '', Attached: isAttached },
    VhdFormat: hypervEnum('VhdFormat', /\.vhd$/i.test(path) ? 'VHD' : 'VHDX'),
    ...{ FileSize: uint64(file.fileBytes), Size: uint64(file.sizeBytes) },
  });
}

export const toHostObject = ({ name, migration }: WorldHost): PsObject =>
  hypervObject('VMHost', name, {
    ...{ Name: name, VirtualMachinePath: 'C:\\VMs', VirtualHardDiskPath: 'C:\\VMs' },
    ...{ VirtualMachineMigrationEnabled: migration.enabled, UseAnyNetworkForMigration: false },
    MaximumVirtualMachineMigrations: uint32(migration.atOnce),
    MaximumStorageMigrations: uint32(migration.storageAtOnce),
    VirtualMachineMigrationAuthenticationType: hypervEnum(
      'MigrationAuthenticationType',
      migration.authentication,
    ),
  });

/** Bound parameters come back as plain objects and texts, alone or in a list. */
export function toList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

export function readText(object: unknown, name: string): string {
  const value = (object as Record<string, Value> | undefined)?.[name];
  if (typeof value !== 'string') throw new Error(`an object of the model without ${name}`);
  return value;
}
