/**
 * The model's answer to a cmdlet that a script calls on one host.
 *
 * Strict: a cmdlet that is not here, and a parameter that its handler did not look at, fail the test.
 */

import { cimCmdlets } from './cmdlets/cim.ts';
import { clusterCmdlets } from './cmdlets/cluster.ts';
import { createCmdlets } from './cmdlets/create.ts';
import { diskCmdlets } from './cmdlets/disks.ts';
import type { Handler } from './cmdlets/handler.ts';
import { moveCmdlets } from './cmdlets/move.ts';
import { networkCmdlets } from './cmdlets/network.ts';
import { powerCmdlets } from './cmdlets/power.ts';
import { readCmdlets } from './cmdlets/read.ts';
import {
  type AnswerCmdlet,
  type CmdletAnswer,
  type CmdletCall,
  CUT,
} from './powershell/cmdlet-call.ts';
import { Refusal, refusals } from './world/errors.ts';
import type { OrderedFault, OrderedFaults } from './world/faults.ts';
import type { World } from './world/world.ts';

const handlers = new Map<string, Handler>(
  [
    readCmdlets,
    cimCmdlets,
    powerCmdlets,
    createCmdlets,
    diskCmdlets,
    networkCmdlets,
    moveCmdlets,
    clusterCmdlets,
  ].flatMap((group) => Object.entries(group)),
);

/** They change nothing in the model, or say what another one says already. */
const MEANINGLESS = new Set([
  ...[
    'Confirm',
    'ErrorAction',
    'Force',
    'Passthru',
    'Property',
    'NoVHD',
    'Differencing',
    'Dynamic',
  ],
  ...['Access', 'RequestedInformation'],
]);

export function createAnswer(world: World, hostName: string, faults: OrderedFaults): AnswerCmdlet {
  return (call) => {
    const run = () => carryOut(world, hostName, call);
    const fault = faults.take(call.cmdlet);
    return fault ? strike(fault, run) : run();
  };
}

function strike(fault: OrderedFault, run: () => CmdletAnswer): CmdletAnswer | typeof CUT {
  const refuse = () =>
    fault.error ? { errors: [fault.error] } : refusals.failed('ordered by the test').answer;
  if (fault.kind === 'cut_before') return CUT;
  if (fault.kind === 'refuse') return refuse();
  if (fault.kind === 'no_effect') return {};
  run();
  return fault.kind === 'cut_after' ? CUT : refuse();
}

function carryOut(
  world: World,
  hostName: string,
  { cmdlet, bound, pushJob }: Pick<CmdletCall, 'cmdlet' | 'bound' | 'pushJob'>,
): CmdletAnswer {
  const handler = handlers.get(cmdlet);
  if (!handler) throw new Error(`the model has no ${cmdlet}`);
  const host = world.requireHost(hostName);
  if (!host.hasService && /-VM/.test(cmdlet)) return refusals.serviceDown().answer;
  const seen = new Set<string>();
  const watched = new Proxy(bound, {
    get: (target, name: string) => {
      seen.add(name);
      return target[name];
    },
  });
  try {
    const answer = handler({ cmdlet, bound: watched, world, host, pushJob });
    const unseen = Object.keys(bound).filter((name) => !seen.has(name) && !MEANINGLESS.has(name));
    if (unseen.length > 0) throw new Error(`${cmdlet}: the model did not look at ${unseen}`);
    return answer;
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}
