/** CIM: the host itself, and the fast inventory. */
import type { CmdletAnswer } from '../powershell/cmdlet-call.ts';
import {
  array,
  cimObject,
  cimResult,
  datetime,
  type PsObject,
  uint16,
  uint32,
  uint64,
  type Value,
} from '../powershell/values.ts';
import { VM_STATES } from '../stubs/types.ts';
import { Refusal } from '../world/errors.ts';
import { toPercent, type WorldJob } from '../world/jobs.ts';
import { cancelMove, JOB_STATES, listRunning, listShown } from '../world/moves.ts';
import { isCritical, isOn, MIB, type WorldHost, type WorldVm } from '../world/parts.ts';
import { readText, toList } from '../world/views.ts';
import type { World } from '../world/world.ts';
import { type Handler, type HandlerCall, readOptional } from './handler.ts';

const V2 = 'root/virtualization/v2';
const CIM2 = 'root/cimv2';

/** Numbers of OperationalStatus' second value (general knowledge, unverified). */
const SECOND = { CreatingSnapshot: 32768, MergingDisks: 32772, MigratingVirtualMachine: 32774 };

const classes: Readonly<Record<string, (host: WorldHost, world: World) => readonly PsObject[]>> = {
  Win32_ComputerSystem: (host) => [
    cimObject('Win32_ComputerSystem', CIM2, {
      ...{ Name: host.name.toUpperCase(), Domain: 'lab.example' },
      TotalPhysicalMemory: uint64(host.memoryBytes),
      NumberOfLogicalProcessors: uint32(host.processors),
    }),
  ],
  Win32_Processor: ({ cpuVendor }) => [
    cimObject('Win32_Processor', CIM2, { Manufacturer: cpuVendor }),
  ],
  Win32_ComputerSystemProduct: ({ uuid }) => [
    cimObject('Win32_ComputerSystemProduct', CIM2, { UUID: uuid.toUpperCase() }),
  ],
  Win32_OperatingSystem: (host, world) => [
    cimObject('Win32_OperatingSystem', CIM2, {
      ...{ Caption: 'Microsoft Windows Server 2022 Datacenter', Version: '10.0.20348' },
      LastBootUpTime: datetime(host.bootedAt),
      FreePhysicalMemory: uint64(Math.max(0, world.freeMemoryBytes(host.name)) / 1024),
    }),
  ],
  // A node is down where its cluster service does not run, whatever else answers there.
  Win32_Service: (host, world) => {
    const node = world.clusterOf(host.name)?.nodes.find(({ name }) => name === host.name);
    const State = node?.state === 'Down' ? 'Stopped' : 'Running';
    return node ? [cimObject('Win32_Service', CIM2, { State })] : [];
  },
  Win32_LogicalDisk: ({ driveBytes }) => [
    cimObject('Win32_LogicalDisk', CIM2, {
      ...{ DeviceID: 'C:', Size: uint64(driveBytes), FreeSpace: uint64(driveBytes / 2) },
    }),
  ],
  Msvm_VirtualSystemManagementService: () => [
    cimObject('Msvm_VirtualSystemManagementService', V2, { Name: 'vmms' }),
  ],
  Msvm_MigrationJob: (host, world) =>
    listShown(world, host.name).map((move) => {
      const isRunning = move.state === JOB_STATES.running;
      const job = { ...move, status: 'MigratingVirtualMachine' } as const;
      return cimObject('Msvm_MigrationJob', V2, {
        ...{ InstanceID: move.id, VirtualSystemName: move.vm.id.toUpperCase() },
        ...{ JobState: uint16(move.state), StartTime: datetime(move.startedAt) },
        PercentComplete: uint16(isRunning ? toPercent(job, world.clock.now()) : 100),
        ErrorDescription: move.error ?? '',
      });
    }),
  Msvm_PciExpressSettingData: (host, world) =>
    toDevices('pci', 'Msvm_PciExpressSettingData', host, world),
  Msvm_GpuPartitionSettingData: (host, world) =>
    toDevices('gpu', 'Msvm_GpuPartitionSettingData', host, world),
  Msvm_PlannedComputerSystem: ({ planned }) =>
    planned.map(({ id, name }) =>
      cimObject('Msvm_PlannedComputerSystem', V2, { Name: id.toUpperCase(), ElementName: name }),
    ),
};

const toDevices = (kind: 'pci' | 'gpu', name: string, host: WorldHost, world: World) =>
  world
    .vmsOn(host.name)
    .flatMap(({ id, devices }) =>
      devices
        .filter((one) => one === kind)
        .map((_, i) =>
          cimObject(name, V2, { InstanceID: `Microsoft:${id.toUpperCase()}\\DEVICE-${i}` }),
        ),
    );

/** Filters are constants of the scripts: the class's rows are those that they let through. */
const FILTERS: Readonly<Record<string, string>> = {
  Win32_Service: "Name='ClusSvc'",
  Win32_LogicalDisk: 'DriveType=3',
};

const getInstance: Handler = (call) => {
  const { bound, world, host } = call;
  if (bound.InputObject !== undefined) return readJob(call);
  const name = readOptional(bound, 'ClassName') ?? '';
  const namespace = readOptional(bound, 'Namespace');
  const rows = classes[name];
  if (!rows) throw new Error(`the model has no class ${name}`);
  const isV2 = name.startsWith('Msvm_');
  if (namespace !== (isV2 ? V2 : CIM2).replaceAll('/', '\\'))
    throw new Error(`${name} is not in ${namespace}`);
  if (readOptional(bound, 'Filter') !== FILTERS[name])
    throw new Error(`the model has no filter ${readOptional(bound, 'Filter')} of ${name}`);
  if (isV2 && !host.hasService) throw noProvider();
  const asked = toList(bound.Property).map(String);
  return { objects: rows(host, world).map((row) => keepAsked(row, asked)) };
};

/** What was not asked for is null, as in CIM. */
function keepAsked(row: PsObject, asked: readonly string[]): PsObject {
  if (asked.length === 0) return row;
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    name.startsWith('$') || asked.includes(name) ? value : null,
  ]);
  return Object.fromEntries(entries);
}

/** CLAIM: the id is of a provider that does not load, which is what a stopped service looks like. */
function noProvider(): Refusal {
  const id = 'HRESULT 0x80041013';
  return new Refusal({ id, category: 'NotImplemented', message: 'Provider load failure' });
}

const toJobObject = (job: WorldJob, now: number): PsObject =>
  cimObject('Msvm_ConcreteJob', V2, {
    ...{ InstanceID: job.id, ElementName: job.status },
    PercentComplete: uint16(toPercent(job, now)),
  });

/** What the summary names is read by itself; a job that has ended is not there any more. */
function readJob({ bound, world, host }: HandlerCall): CmdletAnswer {
  const id = readText(bound.InputObject, 'InstanceID');
  const vm = world.vmsOn(host.name).find(({ job }) => job?.id === id);
  return { objects: vm?.job ? [toJobObject(vm.job, world.clock.now())] : [] };
}

/** 5 is kill (os-win). */
function endJob({ bound, world }: HandlerCall): CmdletAnswer {
  const { RequestedState } = bound.Arguments as { RequestedState: number };
  if (RequestedState !== 5) throw new Error(`the model has no job state ${RequestedState}`);
  const id = readText(bound.InputObject, 'InstanceID');
  const move = listRunning(world).find((one) => one.id === id);
  if (move) cancelMove(world, move);
  return { objects: [cimResult({ ReturnValue: uint32(move ? 0 : 32775) })] };
}

const invokeMethod: Handler = (call) => {
  const { bound, world, host } = call;
  const method = readOptional(bound, 'MethodName');
  const on = readText(bound.InputObject, '$type');
  if (method === 'RequestStateChange') return endJob(call);
  if (method !== 'GetSummaryInformation' || !on.endsWith('/Msvm_VirtualSystemManagementService'))
    throw new Error(`the model has no method ${method} of ${on}`);
  const { RequestedInformation } = bound.Arguments as { RequestedInformation: readonly number[] };
  const now = world.clock.now();
  const rows = world.vmsOn(host.name).map((vm) => toSummary(vm, now, RequestedInformation));
  return { objects: [cimResult({ ReturnValue: uint32(0), SummaryInformation: rows })] };
};

function toSummary(vm: WorldVm, now: number, wanted: readonly number[]): PsObject {
  const figures = isOn(vm);
  const state = VM_STATES[vm.state.replace('Critical', '') as keyof typeof VM_STATES];
  const status = [isCritical(vm) ? 6 : vm.secondary ? 11 : 2];
  if (vm.secondary) status.push(SECOND[vm.secondary]);
  const all: readonly (readonly [number, string, Value])[] = [
    [0, 'Name', vm.id.toUpperCase()],
    [1, 'ElementName', vm.name],
    [4, 'NumberOfProcessors', uint16(vm.processors)],
    [100, 'EnabledState', uint16(vm.oddState ? 32999 : state)],
    [101, 'ProcessorLoad', figures ? uint16(7) : null],
    [103, 'MemoryUsage', figures ? uint64(vm.memoryBytes / MIB) : null],
    [104, 'Heartbeat', figures ? uint16(vm.noGuest ? 12 : 2) : null],
    [105, 'UpTime', uint64(figures ? now - vm.startedAt : 0)],
    [106, 'GuestOperatingSystem', figures && !vm.noGuest ? vm.guest : null],
    [108, 'AsynchronousTasks', vm.job ? [toJobObject(vm.job, now)] : []],
    [109, 'HealthState', uint16(isCritical(vm) ? 25 : 5)],
    [110, 'OperationalStatus', array('uint16', status.map(uint16))],
  ];
  const shown = all.map(([number, name, value]) => [name, wanted.includes(number) ? value : null]);
  return cimObject('Msvm_SummaryInformation', V2, Object.fromEntries(shown));
}

export const cimCmdlets: Readonly<Record<string, Handler>> = {
  'Get-CimInstance': getInstance,
  'Invoke-CimMethod': invokeMethod,
};
