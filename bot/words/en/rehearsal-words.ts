/** The words of a rehearsal. */
import type { Facts } from '#core/errors.ts';
import type { RehearsedStep } from '#core/plan/rehearsal.ts';
import { textOf } from '../units.ts';

export const REHEARSAL_WORDS = {
  title: 'Rehearsed on a twin of the estate',
  steps: 'Steps',
  otherSteps: 'Besides the moves',
  host: (host: string, vms: string) => `${host} · ${vms}`,
  takes: (duration: string) => `${duration} on a twin of the estate`,
  fault: (what: string) => `On the twin: ${what}`,
  notEmpty: (facts: Facts) =>
    `${textOf(facts, 'host', 'the host')} is not empty in the end; ${textOf(facts, 'left', 'VMs')} still there, since nobody answers on a twin.`,
  moreFaults: (count: number) => `On the twin ${count} more went otherwise than wished.`,
  alt: (duration: string, hosts: readonly string[]) =>
    `All is over after ${duration}${hosts.length > 0 ? `: ${hosts.join(', ')}` : ''}.`,
  altHost: (host: string, vms: string, until: string) => `${vms} on ${host} after ${until}`,
  outcome: {
    done: undefined,
    done_with_warning: 'with a warning',
    failed: 'does not work',
    asked: 'waits for an answer',
  } satisfies Record<RehearsedStep['outcome'], string | undefined>,
} as const;
