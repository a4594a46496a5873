/** Making, setting and removing a VM. */
import { refusals } from '../world/errors.ts';
import { MIB, type WorldVm } from '../world/parts.ts';
import { readText, toVmObject } from '../world/views.ts';
import { eachVm, type Handler, type HandlerCall, readOptional } from './handler.ts';

/** Letters that no path has: New-VM makes a folder of the name. */
const NOT_IN_PATHS = /[<>:"/\\|?*]|\p{Cc}/u;

const newVm: Handler = ({ bound, world, host }) => {
  const name = readOptional(bound, 'Name') ?? 'New Virtual Machine';
  if (NOT_IN_PATHS.test(name) || name.length > 100)
    throw refusals.failed(`Failed to create a new virtual machine '${name}' (0x8007007B).`);
  const root = readOptional(bound, 'Path') ?? 'C:\\VMs';
  if (!world.files.reaches(host.name, root))
    throw refusals.failed(`Failed to create a new virtual machine in '${root}' (0x80070003).`);
  const generation = Number(bound.Generation ?? 1) === 2 ? 2 : 1;
  const vm = world.addVm(host.name, name, {
    ...{ path: `${root}\\${name}`, processors: 1, generation },
    memoryBytes: Number(bound.MemoryStartupBytes ?? 512 * MIB),
    createdAt: world.clock.now(),
    nics: [],
  });
  world.addNic(vm);
  return { objects: [toVmObject(vm, world.clock.now())] };
};

function set(vm: WorldVm, { bound }: HandlerCall): void {
  if (vm.state.endsWith('Critical')) throw refusals.invalidState(vm);
  vm.notes = readOptional(bound, 'Notes') ?? vm.notes;
  vm.name = readOptional(bound, 'NewVMName') ?? vm.name;
}

function setProcessor(vm: WorldVm, { bound, host }: HandlerCall): void {
  if (vm.state !== 'Off') throw refusals.invalidState(vm);
  const count = Number(bound.Count);
  if (count > host.processors) throw refusals.invalid('More than the host has.', String(count));
  vm.processors = count;
}

function setMemory(vm: WorldVm, { bound }: HandlerCall): void {
  if (vm.state !== 'Off') throw refusals.invalidState(vm);
  vm.memoryBytes = Number(bound.StartupBytes ?? vm.memoryBytes);
  vm.dynamicMemory = Boolean(bound.DynamicMemoryEnabled ?? vm.dynamicMemory);
}

function setFirmware(vm: WorldVm, { bound }: HandlerCall): void {
  if (vm.generation !== 2) throw refusals.failed('The operation is for generation 2.');
  if (bound.FirstBootDevice) vm.firmware.bootDiskId = readText(bound.FirstBootDevice, 'Id');
  const template = readOptional(bound, 'SecureBootTemplate');
  if (template !== undefined && bound.EnableSecureBoot !== 'On')
    throw refusals.invalid('A template needs secure boot.', template);
  vm.firmware.secureBootTemplate = template ?? vm.firmware.secureBootTemplate;
}

/** Its VHDX files stay, and so does the role of a clustered VM, which then is failed. */
function remove(vm: WorldVm, { world }: HandlerCall): void {
  if (!/^(Off|Saved|OffCritical|SavedCritical)$/.test(vm.state) || vm.secondary)
    throw refusals.invalidState(vm);
  world.vms.splice(world.vms.indexOf(vm), 1);
}

const each =
  (change: (vm: WorldVm, call: HandlerCall) => void): Handler =>
  (call) =>
    eachVm(call, (vm) => change(vm, call));

export const createCmdlets: Readonly<Record<string, Handler>> = {
  'New-VM': newVm,
  'Set-VM': each(set),
  'Set-VMProcessor': each(setProcessor),
  'Set-VMMemory': each(setMemory),
  'Set-VMFirmware': each(setFirmware),
  'Remove-VM': each(remove),
};
