/** What a plan does, as a verb and a name: for titles and lists. */
import type { Plan } from '#core/plan/plan.ts';
import { plural, toSize } from '../words/units.ts';

/** `create web-07`, `add a disk of 40 GiB to db-01`. */
export function toDeedWords(plan: Plan): string {
  const { operation, targets, bounds } = plan;
  const [, verb = operation] = operation.split('.');
  const names = targets.map(({ name }) => name).join(', ') || (bounds.exact.name ?? '');
  return (PART_DEEDS[operation]?.(names, plan) ?? `${verb} ${names}`).trimEnd();
}

/** Where the verb alone does not say what is done. */
const PART_DEEDS: Readonly<Record<string, (vm: string, plan: Plan) => string>> = {
  'vm.migrate': (vm, plan) => toMigrateWords(vm, plan),
  'host.maintenance.enter': (_all, { targets }) =>
    `empty ${targets[0]?.name ?? 'a host'} for maintenance`,
  'host.maintenance.exit': (_all, { targets, advice }) =>
    `end the maintenance of ${targets[0]?.name ?? 'a host'}${(advice.moves ?? []).length > 0 ? ', moving its VMs back' : ''}`,
  'cluster.balance': (_all, { targets, advice }) =>
    `balance ${targets[0]?.name ?? 'a cluster'} by ${plural(advice.moves?.length ?? 0, 'move')}`,
  'vm.maintenance.enter': (vm) => `take ${vm} into maintenance`,
  'vm.maintenance.exit': (vm) => `bring ${vm} back from maintenance`,
  'vm.disk.add': (vm, { bounds }) =>
    `add a disk of ${toSize(bounds.atMost.diskBytes ?? 0)} to ${vm}`,
  'vm.disk.remove': (vm) => `take a disk off ${vm}`,
  'vm.network.connect': (vm, plan) => `connect ${vm} to ${findNetwork(plan) ?? 'a network'}`,
  'vm.network.disconnect': (vm) => `disconnect ${vm} from its network`,
};

/** More would leave no room on a title. */
const NAMED_AT_MOST = 3;

/** `migrate web-07 to esx-03`, `migrate the files of web-07 to SAN-B`, `migrate 12 VMs`. */
function toMigrateWords(names: string, { advice, steps, targets }: Plan): string {
  const { length } = targets;
  const vm = length > NAMED_AT_MOST ? `${length} VMs` : names;
  const { moves = [] } = advice;
  const { datastoreName } = (steps[0]?.input ?? {}) as { readonly datastoreName?: string };
  const [first] = moves;
  if (!first) return `migrate ${vm}`;
  if (moves.every(({ fromName, toName }) => fromName === toName))
    return `migrate the files of ${vm} to ${datastoreName ?? '?'}`;
  const isToOne = moves.every(({ toName }) => toName === first.toName);
  return isToOne ? `migrate ${vm} to ${first.toName}` : `migrate ${vm}`;
}

function findNetwork({ advice }: Plan): string | undefined {
  const network = advice.notes.find(({ code }) => code === 'nic_changes')?.facts.network;
  return network === undefined ? undefined : String(network);
}
