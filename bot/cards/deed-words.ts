/** What a plan does, as a verb and a name: for titles and lists. */
import type { Plan } from '#core/plan/plan.ts';
import { toSize } from '../words/units.ts';

/** `create web-07`, `add a disk of 40 GiB to db-01`. */
export function toDeedWords(plan: Plan): string {
  const { operation, targets, bounds } = plan;
  const [, verb = operation] = operation.split('.');
  const names = targets.map(({ name }) => name).join(', ') || (bounds.exact.name ?? '');
  return (PART_DEEDS[operation]?.(names, plan) ?? `${verb} ${names}`).trimEnd();
}

/** Where the verb alone does not say what is done. */
const PART_DEEDS: Readonly<Record<string, (vm: string, plan: Plan) => string>> = {
  'vm.disk.add': (vm, { bounds }) =>
    `add a disk of ${toSize(bounds.atMost.diskBytes ?? 0)} to ${vm}`,
  'vm.disk.remove': (vm) => `take a disk off ${vm}`,
  'vm.network.connect': (vm, plan) => `connect ${vm} to ${findNetwork(plan) ?? 'a network'}`,
  'vm.network.disconnect': (vm) => `disconnect ${vm} from its network`,
};

function findNetwork({ advice }: Plan): string | undefined {
  const network = advice.notes.find(({ code }) => code === 'nic_changes')?.facts.network;
  return network === undefined ? undefined : String(network);
}
