/** How far a platform is with emptying a host. */
import type { Step } from '#core/jobs/job.ts';
import { plural } from '../words/units.ts';

/** `12 of 20 VMs have left`; undefined while the platform has not been asked. */
export function toLeftWords({ input, percent }: Pick<Step, 'input' | 'percent'>) {
  const { vms = [] } = input as { readonly vms?: readonly { readonly runs: boolean }[] };
  const count = vms.filter(({ runs }) => runs).length;
  if (count === 0) return undefined;
  // A whole percent of up to a hundred VMs is exactly one number of them.
  const gone = Math.ceil(((percent ?? 0) * count) / 100);
  const about = count > 100 && gone > 0 && gone < count ? 'about ' : '';
  return `${about}${gone} of ${plural(count, 'VM')} ${gone === 1 ? 'has' : 'have'} left`;
}
