/** `vm show`: one VM as it is known, with the age of that and what can be done next. */
import type { EstateObject, VmBody } from '#core/inventory/estate-object.ts';
import { withoutReplicas } from '#core/inventory/replicas.ts';
import { scopeOf } from '#core/inventory/scope-of.ts';
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
    const job = await readJob(asking, vm);
    const connection = of(vm.connectionId);
    const card = vmCard({
      ...{ vm, index, connection, job, now, timeZone },
      ownerName: await createOwnerNames(directory)(vm.ownerId),
      namesakes: withoutReplicas(index.byName('vm', vm.body.name).filter(may)).length - 1,
      actions: toActions(asking, vm, { connection, job }),
    });
    return answer(withReadings(card, typed));
  },
});

async function readJob({ house }: Asking, { id }: EstateObject<'vm'>): Promise<number | undefined> {
  const [job] = await house.store.read((reads) => reads.jobs.listOpenOn([id]));
  return job?.number;
}

interface Standing {
  readonly connection: ConnectionFacts;
  readonly job: number | undefined;
}

/** Nothing is offered on what is not known, and on what another job changes only the look at that job. */
function toActions(
  { house, person }: Asking,
  vm: EstateObject<'vm'>,
  { connection, job }: Standing,
): DraftAction[] {
  if (job !== undefined) return [runButton(`job show J-${job}`, 'Show job')];
  if (!isKnownNow(connection) || vm.isTwin || !vm.body.isReachable) return [];
  if (vm.body.role === 'replica') return [];
  const scope = scopeOf(house.index, vm);
  const { roles } = house.rules;
  const power = house.connections.get(vm.connectionId)?.power;
  const allowed = listNextVerbs(vm.body, power).filter(
    ({ verb }) => authorize({ person, action: `vm.${verb}`, scope }, roles).allowed,
  );
  // Both bring a saved VM back; who may do the one needs no button for the other.
  const isResumable = allowed.includes(RESUME);
  return allowed
    .filter((next) => next !== START || !isResumable)
    .map((next) => toButton(next, vm.body.name));
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
