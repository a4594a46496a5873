/** `vm show`: one VM as it is known, with the age of that and what can be done next. */
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject, VmBody } from '#core/inventory/estate-object.ts';
import { withoutReplicas } from '#core/inventory/replicas.ts';
import { firstHostOf, withoutSecondViews } from '#core/inventory/same-machine.ts';
import { scopeOf } from '#core/inventory/scope-of.ts';
import { readMakers } from '#core/operations/read-makers.ts';
import { type KnownMaintenance, readVmMaintenance } from '#core/operations/read-vm-maintenance.ts';
import { isHaltedByIt, VM_MAINTENANCE_EXIT } from '#core/operations/vm-maintenance-parts.ts';
import type { PowerFacet } from '#core/ports/connection.ts';
import { authorize } from '#core/rights/authorize.ts';
import type { DraftAction } from '../cards/draft.ts';
import { type ConnectionFacts, isKnownNow } from '../cards/estate-connection-words.ts';
import { vmCard } from '../cards/estate-vm-card.ts';
import { runButton } from '../cards/refusal-card.ts';
import { quoteWord } from '../grammar/quote.ts';
import { type Asking, answer, defineCommand } from './command.ts';
import { createOwnerNames } from './owner-names.ts';
import { readConnections } from './read-connections.ts';
import { mayOn, resolveObject } from './resolve-name.ts';
import { withReadings } from './with-readings.ts';

export const vmShow = defineCommand({
  words: ['vm', 'show'],
  summary: 'one VM: its state, place, size, owner, disks and networks',
  right: 'vm.show',
  changes: false,
  target: { name: 'vm', kind: 'vm', required: true },
  examples: ['vm show web-01', 'vm show "app-01 (old)"'],
  async run(asking, typed) {
    const may = mayOn(asking, 'vm.show');
    const where = { position: 'vm', may, typedAt: typed.at.vm };
    const resolved = await resolveObject(asking, 'vm', typed.target ?? '', where);
    if ('reply' in resolved) return answer(resolved.reply);
    const vm = resolved.found;
    const { index, directory, timeZone } = asking.house;
    const { now, of } = await readConnections(asking.house);
    const { job, maintenance } = await readStanding(asking, vm);
    const connection = of(vm.connectionId);
    const card = vmCard({
      ...{ vm, index, connection, job, maintenance, now, timeZone },
      ownerName: await createOwnerNames(directory)(vm.ownerId),
      namesakes: countNamesakes(index, index.byName('vm', vm.body.name).filter(may)),
      purposes: asking.house.world.ownVms.purposesOf(vm),
      actions: toActions(asking, vm, { connection, job, maintenance }),
    });
    return answer(withReadings(card, typed));
  },
});

/** Without replicas, and what another connection shows once more. */
function countNamesakes(index: EstateIndex, named: readonly EstateObject[]): number {
  return Math.max(0, withoutSecondViews(index, withoutReplicas(named)).length - 1);
}

function readStanding({ house }: Asking, { id }: EstateObject<'vm'>) {
  return house.store.read(async (reads) => {
    const [changing] = await reads.jobs.listOpenOn([id]);
    const job = changing ?? (await readMakers(reads, house.index, [id])).get(id);
    return { job: job?.number, maintenance: (await readVmMaintenance(reads, [id])).get(id) };
  });
}

interface Standing {
  readonly connection: ConnectionFacts;
  readonly job: number | undefined;
  readonly maintenance: KnownMaintenance | undefined;
}

/** Nothing is offered on what is not known, and on what another job changes only the look at that job. */
function toActions(
  { house, person }: Asking,
  vm: EstateObject<'vm'>,
  { connection, job, maintenance }: Standing,
): DraftAction[] {
  if (job !== undefined) return [runButton(`job show J-${job}`, 'Show job')];
  if (!isKnownNow(connection) || vm.isTwin || !vm.body.isReachable) return [];
  if (vm.body.role === 'replica' || firstHostOf(house.index, vm)) return [];
  const scope = scopeOf(house.index, vm);
  const { roles } = house.rules;
  const power = house.connections.get(vm.connectionId)?.power;
  const isNeeded = house.world.ownVms.purposesOf(vm).length > 0;
  const may = (action: string) => authorize({ person, action, scope }, roles).allowed;
  const isHalted = maintenance !== undefined && isHaltedByIt(maintenance);
  const back = maintenance && may(VM_MAINTENANCE_EXIT) ? [toBackButton(vm.body.name)] : [];
  const allowed = listNextVerbs(vm.body, power).filter(
    ({ verb }) =>
      (!isHalted || (verb !== 'start' && verb !== 'resume')) &&
      (!isNeeded || verb === 'start' || verb === 'resume') &&
      may(`vm.${verb}`),
  );
  // Both bring a saved VM back; who may do the one needs no button for the other.
  const isResumable = allowed.includes(RESUME);
  const next = allowed.filter((one) => one !== START || !isResumable);
  return [...back, ...next.map((one) => toButton(one, vm.body.name))];
}

function toBackButton(name: string): DraftAction {
  const line = `vm maintenance exit ${quoteWord(name)}`;
  return { ...runButton(line, 'End maintenance'), style: 'primary' };
}

interface Next {
  readonly verb: 'start' | 'shutdown' | 'stop' | 'save' | 'pause' | 'resume' | 'delete';
  readonly label: string;
  readonly style: DraftAction['style'];
  /** Said when it is asked back, where the label alone could mean something else. */
  readonly means?: string;
}

const START: Next = { verb: 'start', label: 'Start', style: 'primary' };
const SHUTDOWN: Next = { verb: 'shutdown', label: 'Shut down', style: 'normal' };
const STOP: Next = { verb: 'stop', label: 'Power off', style: 'normal' };
const SAVE: Next = {
  verb: 'save',
  label: 'Save',
  style: 'normal',
  means: 'It halts, with its memory on disk.',
};
const PAUSE: Next = {
  verb: 'pause',
  label: 'Pause',
  style: 'normal',
  means: 'It halts in memory.',
};
const RESUME: Next = { verb: 'resume', label: 'Resume', style: 'primary' };
const DELETE: Next = { verb: 'delete', label: 'Delete', style: 'danger' };

function listNextVerbs({ power, guestTools, question }: VmBody, can?: PowerFacet): Next[] {
  const save = can?.save && !question ? [SAVE] : [];
  switch (power) {
    case 'on': {
      const pause = can?.pause && !question ? [PAUSE] : [];
      return [...(guestTools === 'not_running' ? [] : [SHUTDOWN]), STOP, ...save, ...pause];
    }
    case 'off':
      return [...(question ? [] : [START]), DELETE];
    case 'suspended':
      return question ? [] : [RESUME, START];
    case 'paused':
      return [...(can?.resume && !question ? [RESUME] : []), ...save, STOP];
    case 'unknown':
      return [];
  }
}

/** What takes the VM down is asked back before it is sent. */
function toButton({ verb, label, style, means }: Next, name: string): DraftAction {
  const button = { ...runButton(`vm ${verb} ${quoteWord(name)}`, label), style };
  if (verb === 'start' || verb === 'resume') return button;
  return { ...button, confirm: [`${label} ${name}?`, ...(means ? [means] : [])].join(' ') };
}
