/** Every step kind of this release. */
import type { AnyStepKind } from '../jobs/step-kind.ts';
import type { Clock } from '../ports/clock.ts';
import { createAddDisk } from './add-disk.ts';
import { createCloneVm } from './clone-vm.ts';
import { createDeleteVm, createDetachDisks } from './delete-vm.ts';
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
  ];
}
