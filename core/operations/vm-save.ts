/** `vm.save`, `vm.pause` and `vm.resume`: a VM stands still with its memory, on disk or in its host, and goes on. */
import type { EstateObject } from '../inventory/estate-object.ts';
import type { PlanNote } from '../plan/plan.ts';
import { listHaltedBlockers } from './vm-maintenance-parts.ts';
import { definePowerOperation, listClosedHostBlockers, listQuestionBlockers } from './vm-power.ts';

/** A paused VM can be saved too: its memory is whole. */
export const vmSave = definePowerOperation({
  name: 'vm.save',
  effect: 'saved',
  wayOf: () => ({ step: 'save-vm', usualMs: 30_000, needs: 'save' }),
  blockersOf: ({ body }) => [
    ...listAlready(body, { off: 'vm_already_off', suspended: 'vm_already_saved' }),
    ...listQuestionBlockers(body),
  ],
});

export const vmPause = definePowerOperation({
  name: 'vm.pause',
  effect: 'paused',
  wayOf: () => ({ step: 'pause-vm', usualMs: 3000, needs: 'pause' }),
  blockersOf: ({ body }) => [
    ...listAlready(body, {
      off: 'vm_already_off',
      suspended: 'vm_suspended',
      paused: 'vm_already_paused',
    }),
    ...listQuestionBlockers(body),
  ],
});

/**
 * A paused VM goes on, a saved one is started: which of the two is part of what is approved, for a VM that was paused
 * then and is saved by now takes other room on its host.
 */
export const vmResume = definePowerOperation({
  name: 'vm.resume',
  effect: 'none',
  wayOf: ({ body }) => {
    if (body.power === 'suspended') return { step: 'start-vm', usualMs: 20_000 };
    const way = { step: 'resume-vm', usualMs: 3000 };
    // Of what is not paused how it stands is said, also by a platform that cannot pause.
    return body.power === 'paused' ? { ...way, needs: 'resume' } : way;
  },
  exactOf: ({ body }) => ({ state: body.power === 'suspended' ? 'saved' : body.power }),
  blockersOf: (vm, world) => [
    ...listAlready(vm.body, { on: 'vm_already_on', off: 'vm_nothing_to_resume' }),
    // A paused one has its memory there already.
    ...(vm.body.power === 'suspended' ? listClosedHostBlockers(vm, world) : []),
    ...listHaltedBlockers(vm, world),
    ...listQuestionBlockers(vm.body),
  ],
});

type Body = EstateObject<'vm'>['body'];

function listAlready(
  { name, power }: Body,
  codes: Readonly<Partial<Record<Body['power'], PlanNote['code']>>>,
): PlanNote[] {
  const code = codes[power];
  return code ? [{ code, facts: { vm: name } }] : [];
}
