/** Every step kind of this release. */
import type { AnyStepKind } from '../jobs/step-kind.ts';
import type { Clock } from '../ports/clock.ts';
import { createAddDisk } from './add-disk.ts';
import { createAskConsent } from './ask-consent.ts';
import { createCloneVm } from './clone-vm.ts';
import { createDeleteVm, createDetachDisks } from './delete-vm.ts';
import { createDrainHost } from './drain-host.ts';
import { createFailBackHost } from './fail-back-host.ts';
import { createMarkHost, createSettleHost } from './maintenance-steps.ts';
import { createMoveVm, createMoveVmAgain, createMoveVmAway, createMoveVmLeft } from './move-vm.ts';
import {
  createPauseVm,
  createResumeVm,
  createSaveVm,
  createShutdownVm,
  createStartVm,
  createStopVm,
} from './power-steps.ts';
import { createSetNic } from './set-nic.ts';
import { createStartMadeVm } from './start-made-vm.ts';
import type { StepWorld } from './step-world.ts';
import { createUnmarkHost } from './unmark-host.ts';
import { createForgetVm, createRememberVm } from './vm-maintenance-steps.ts';

export function listStepKinds(world: StepWorld, clock: Clock): readonly AnyStepKind[] {
  return [
    createCloneVm(world),
    createStartMadeVm(world),
    createStartVm(world),
    createStopVm(world),
    createShutdownVm(world, clock),
    createSaveVm(world),
    createPauseVm(world),
    createResumeVm(world),
    createDetachDisks(world),
    createDeleteVm(world),
    createAddDisk(world),
    createSetNic(world),
    createMoveVm(world),
    createMoveVmAway(world),
    createMoveVmAgain(world),
    createMoveVmLeft(world),
    createAskConsent(),
    createMarkHost(world),
    createSettleHost(world, clock),
    createUnmarkHost(world),
    createDrainHost(world, clock),
    createFailBackHost(world, clock),
    createRememberVm(world),
    createForgetVm(),
  ];
}
