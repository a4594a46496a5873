/** What every cmdlet of the model has at hand. */
import type { Bound, CmdletAnswer, CmdletCall } from '../powershell/cmdlet-call.ts';
import { refusals } from '../world/errors.ts';
import type { WorldHost, WorldVm } from '../world/parts.ts';
import { readText, toList } from '../world/views.ts';
import type { World } from '../world/world.ts';

export interface HandlerCall {
  readonly bound: Bound;
  readonly world: World;
  /** The host that the script runs on. */
  readonly host: WorldHost;
  readonly cmdlet: string;
  readonly pushJob?: CmdletCall['pushJob'];
}

export type Handler = (call: HandlerCall) => CmdletAnswer;

export const nothing: CmdletAnswer = {};

/** The VMs that -VM names, by id: one that moved away or is removed is not found. */
export function requireVms({ bound, world, host, cmdlet }: HandlerCall): readonly WorldVm[] {
  if (bound.VM === undefined) throw new Error(`${cmdlet}: the model takes VMs by -VM only`);
  return toList(bound.VM).map((object) => {
    const vm = world.findVm(host.name, readText(object, 'Id'));
    if (!vm) throw refusals.vmGone(readText(object, 'Name'));
    return vm;
  });
}

/** Changes each VM that -VM names. */
export function eachVm(call: HandlerCall, change: (vm: WorldVm) => void): CmdletAnswer {
  for (const vm of requireVms(call)) change(vm);
  return nothing;
}

export function readOptional(bound: Bound, name: string): string | undefined {
  const value = bound[name];
  if (value === undefined) return undefined;
  return String(Array.isArray(value) ? value[0] : value);
}
