/** Start, stop, save, pause. What takes time moves the world's clock. */
import { refusals } from '../world/errors.ts';
import type { WorldVm } from '../world/parts.ts';
import { eachVm, type Handler, type HandlerCall, nothing } from './handler.ts';

const shutdownMs = 20_000;
/** Stop-VM -Force waits for the guest, then cuts. */
const forcedMs = 300_000;

function start(vm: WorldVm, { world, host }: HandlerCall): readonly string[] {
  if (vm.state === 'Running') return ['The virtual machine is already in the specified state.'];
  if (!/^(Off|Saved|Paused)$/.test(vm.state)) throw refusals.invalidState(vm);
  if (vm.state !== 'Paused' && world.freeMemoryBytes(host.name) < vm.memoryBytes)
    throw refusals.outOfMemory(vm);
  const missing = vm.disks.find(({ path }) => !world.files.exists(host.name, path));
  if (missing)
    throw refusals.failed(`'${vm.name}' failed to start: '${missing.path}' (0x80070002).`);
  if (vm.state === 'Off') vm.startedAt = world.clock.now();
  vm.state = 'Running';
  return [];
}

function stop(vm: WorldVm, { bound, world }: HandlerCall): void {
  if (bound.TurnOff) vm.state = 'Off';
  if (vm.state === 'Off') return;
  if (vm.state !== 'Running') throw refusals.invalidState(vm);
  if (vm.noGuest && !bound.Force) throw refusals.asks();
  if (vm.stuck) throw refusals.shutdownFailed(vm);
  world.clock.advance(vm.noGuest ? forcedMs : shutdownMs);
  vm.state = 'Off';
}

const change =
  (from: RegExp, to: WorldVm['state']): Handler =>
  (call) =>
    eachVm(call, (vm) => {
      if (!from.test(vm.state)) throw refusals.invalidState(vm);
      vm.state = to;
    });

export const powerCmdlets: Readonly<Record<string, Handler>> = {
  'Start-VM': (call) => {
    const warnings: string[] = [];
    eachVm(call, (vm) => void warnings.push(...start(vm, call)));
    return { warnings };
  },
  'Stop-VM': (call) => eachVm(call, (vm) => stop(vm, call)),
  'Save-VM': change(/^(Running|Paused)$/, 'Saved'),
  'Suspend-VM': change(/^Running$/, 'Paused'),
  'Resume-VM': change(/^Paused$/, 'Running'),
  'Start-Sleep': ({ bound, world }) => {
    world.clock.advance(Number(bound.Milliseconds));
    return nothing;
  },
};
