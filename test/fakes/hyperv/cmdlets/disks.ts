/** VHDX files and the drives that hold them. */
import type { CmdletAnswer } from '../powershell/cmdlet-call.ts';
import { refusals } from '../world/errors.ts';
import { isOn, MIB } from '../world/parts.ts';
import { readText, toDiskObject, toList, toVhdObject } from '../world/views.ts';
import {
  eachVm,
  type Handler,
  type HandlerCall,
  nothing,
  readOptional,
  requireVms,
} from './handler.ts';

const copiedBytesPerMs = 200_000;

/** What a dynamic or differencing file takes at first. */
const emptyBytes = 4 * MIB;

const newVhd: Handler = ({ bound, world: { files }, host }) => {
  const path = readOptional(bound, 'Path') ?? '';
  const parent = readOptional(bound, 'ParentPath');
  const source = parent === undefined ? undefined : files.read(host.name, parent);
  if (parent !== undefined && !source)
    throw refusals.invalid('The parent virtual hard disk does not exist.', parent);
  if (!files.reaches(host.name, path)) throw refusals.failed(`'${path}' (0x80070003).`);
  if (files.exists(host.name, path)) throw refusals.failed(`'${path}' exists (0x80070050).`);
  const sizeBytes = Number(bound.SizeBytes ?? source?.sizeBytes);
  if (sizeBytes > host.driveBytes) throw refusals.failed(`'${path}': disk full (0x80070070).`);
  const file = {
    sizeBytes,
    fileBytes: emptyBytes,
    type: source ? 'Differencing' : 'Dynamic',
    parent,
  } as const;
  files.write(host.name, path, file);
  return { objects: [toVhdObject(path, file, false)] };
};

const resizeVhd: Handler = ({ bound, world: { files }, host }) => {
  const path = readOptional(bound, 'Path') ?? '';
  const file = files.read(host.name, path);
  if (!file) throw refusals.failed(`'${path}' was not found (0x80070002).`);
  const sizeBytes = Number(bound.SizeBytes);
  if (sizeBytes < file.sizeBytes) throw refusals.failed(`'${path}' does not shrink.`);
  files.write(host.name, path, { ...file, sizeBytes });
  return nothing;
};

function addDrive(call: HandlerCall): CmdletAnswer {
  const { bound, world, host } = call;
  const path = readOptional(bound, 'Path') ?? '';
  const type = readOptional(bound, 'ControllerType');
  const objects = requireVms(call).map((vm) => {
    const controllerType = type === 'IDE' || type === 'SCSI' ? type : undefined;
    if ((controllerType ?? (vm.generation === 1 ? 'IDE' : 'SCSI')) === 'IDE' && vm.state !== 'Off')
      throw refusals.invalidState(vm);
    if (!world.files.exists(host.name, path))
      throw refusals.failed(`The file '${path}' was not found (0x80070002).`);
    const users = world.vms.filter(({ disks }) => disks.some((disk) => disk.path === path));
    if (users.some(isOn)) throw refusals.failed(`'${path}' is in use (0x80070020).`);
    const disk = world.addDisk(vm, { path, controllerType });
    if (!disk) throw refusals.failed('The location is in use.');
    return toDiskObject(disk, vm);
  });
  return bound.Passthru ? { objects } : nothing;
}

/** Most drives that a VM has place for, beside those for disks. */
const MAX_DVD_DRIVES = 3;

function addDvdDrive(call: HandlerCall): CmdletAnswer {
  const { bound, world, host } = call;
  const path = readOptional(bound, 'Path') ?? '';
  return eachVm(call, (vm) => {
    if (vm.generation === 1 && vm.state !== 'Off') throw refusals.invalidState(vm);
    if (!world.files.exists(host.name, path))
      throw refusals.failed(`The file '${path}' was not found (0x80070002).`);
    if (vm.images.length >= MAX_DVD_DRIVES) throw refusals.failed('The location is in use.');
    vm.images.push(path);
  });
}

const removeDrive: Handler = ({ bound, world, host }) => {
  for (const drive of toList(bound.VMHardDiskDrive)) {
    const vm = world.findVm(host.name, readText(drive, 'VMId'));
    const at = vm?.disks.findIndex(({ id }) => id === readText(drive, 'Id')) ?? -1;
    const disk = vm?.disks[at];
    if (!vm || !disk) throw refusals.missing('The hard disk drive was not found.');
    if (vm.state !== 'Off' && disk.controllerType === 'IDE') throw refusals.invalidState(vm);
    vm.disks.splice(at, 1); // the file stays
  }
  return nothing;
};

/** PowerShell copies the files itself, in the folders that stand for drives; here it takes its time. */
const copyItem: Handler = ({ bound, world, host }) => {
  const from = readOptional(bound, 'LiteralPath') ?? readOptional(bound, 'Path') ?? '';
  const to = readOptional(bound, 'Destination');
  if (to === undefined) throw new Error('Copy-Item: the model copies to a place that is named');
  const bytes = world.files.read(host.name, from)?.fileBytes ?? 0;
  world.clock.advance(Math.round(bytes / copiedBytesPerMs));
  return nothing;
};

export const diskCmdlets: Readonly<Record<string, Handler>> = {
  'Copy-Item': copyItem,
  'New-VHD': newVhd,
  'Resize-VHD': resizeVhd,
  'Add-VMDvdDrive': addDvdDrive,
  'Add-VMHardDiskDrive': addDrive,
  'Remove-VMHardDiskDrive': removeDrive,
};
