/** Save, pause and resume: the memory is kept, on disk or in the host. */
import type { PowerState } from '#core/inventory/estate-object.ts';
import type { DeedInputs } from '../task.ts';
import { checkDatastore, findUsableVm } from './checks.ts';
import type { Deed } from './deed.ts';
import { refuseState, setPower } from './power.ts';

const GIB = 2 ** 30;

interface Halt {
  readonly from: readonly PowerState[];
  readonly to: PowerState;
  readonly realMs: (memoryBytes: number) => number;
}

/** 16 GiB take 18 seconds. Its file takes no room here. */
export const saveVm: Deed<'save'> = createHalt({
  from: ['on', 'paused'],
  to: 'suspended',
  realMs: (memoryBytes) => Math.round(2000 + (1000 * memoryBytes) / GIB),
});

export const pauseVm: Deed<'pause'> = createHalt({
  from: ['on'],
  to: 'paused',
  realMs: () => 1000,
});

/** Its memory never left the host. */
export const resumeVm: Deed<'resume'> = createHalt({
  from: ['paused'],
  to: 'on',
  realMs: () => 1000,
});

function createHalt({ from, to, realMs }: Halt): Deed<'save' | 'pause' | 'resume'> {
  return {
    check(view, { vm: ref }: DeedInputs['save']) {
      const vm = findUsableVm(view, ref);
      if (!from.includes(vm.body.power)) refuseState(vm);
      if (to === 'suspended' && vm.body.datastoreHandle !== undefined)
        checkDatastore(view, vm.body.datastoreHandle);
    },
    realDurationMs: (view, { vm }) => realMs(view.get('vm', vm.handle)?.body.memoryBytes ?? 0),
    holds: ({ vm }) => [vm.handle],
    uses: () => [],
    canBeCancelled: false,
    apply(draft, { vm }) {
      setPower(draft, vm.handle, to);
      return undefined;
    },
  };
}
