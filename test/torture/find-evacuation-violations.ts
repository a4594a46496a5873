/** What must hold when a host was emptied, or when that was cancelled: asked of the platform and of the database. */
import {
  type EvacuationTruth,
  type Herd,
  listMovers,
  type Order,
  type StandingVm,
} from './evacuation-truth.ts';
import type { Way } from './evacuation-ways.ts';
import {
  countRows,
  expect,
  type Found,
  judgeChain,
  judgeLeftovers,
  keepFound,
  listWords,
} from './find-violations.ts';
import type { Place } from './place.ts';

export interface Emptied extends Pick<Place, 'rows' | 'wakeUps' | 'voterId' | 'dataFolder'> {
  readonly herd: Herd;
  readonly way: Way;
  readTruth(): Promise<EvacuationTruth>;
}

export async function findEvacuationViolations(emptied: Emptied): Promise<readonly string[]> {
  const truth = await emptied.readTruth();
  const steps = await readSteps(emptied);
  return keepFound([
    ...judgeHerd(emptied, truth),
    ...judgeMoves(emptied, truth, steps),
    ...judgePinned(emptied, truth, steps),
    ...judgeOrders(emptied, truth),
    ...(await judgeHost(emptied, truth, steps)),
    ...(await judgeRows(emptied, steps)),
    ...(await judgeEvents(emptied, steps)),
    ...(await judgeChain(emptied)),
  ]);
}

interface StepRow {
  readonly key: string;
  readonly kind: string;
  readonly state: string;
  readonly code: string | null;
  /** What it is about: a VM or the host. */
  readonly name: string;
}

async function readSteps({ rows }: Emptied): Promise<readonly StepRow[]> {
  const all = await rows('select key, kind, state, code, input from step order by position');
  return all.map(({ key, kind, state, code, input }) => ({
    ...{ key: String(key), kind: String(kind), state: String(state) },
    code: code === null ? null : String(code),
    name: (typeof input === 'string' ? JSON.parse(input) : input).name,
  }));
}

/** None is lost, none is there twice, and who has nothing to do with it stands as before. */
function judgeHerd({ herd }: Emptied, { vms }: EvacuationTruth): Found {
  const toNames = (all: readonly { readonly name: string }[]) =>
    all.map(({ name }) => name).toSorted();
  const identities = new Set(vms.map(({ identity }) => identity));
  const touched = new Set([...listMovers(herd), herd.pinned]);
  const toLines = (all: Herd['vms']) =>
    all
      .filter(({ name }) => !touched.has(name))
      .map(({ name, host, power }) => `${name} ${power} on ${host}`)
      .toSorted();
  return [
    expect('VMs on the platform', toNames(vms), toNames(herd.vms)),
    expect('identities on the platform', identities.size, herd.vms.length),
    expect('VMs that are none of its business', toLines(vms), toLines(herd.vms)),
    expect('VMs that should be apart and are not', listTogether(herd, vms), []),
  ];
}

function listTogether({ host, apart }: Herd, vms: readonly StandingVm[]): readonly string[] {
  const away = vms.filter((vm) => apart.includes(vm.name) && vm.host !== host);
  const isTogether = new Set(away.map((vm) => vm.host)).size < away.length;
  return isTogether ? away.map(({ name, host: at }) => `${name} on ${at}`) : [];
}

/** Each runs on, elsewhere where its step says so, else where it was. */
function judgeMoves(
  { herd, way }: Emptied,
  { vms }: EvacuationTruth,
  steps: readonly StepRow[],
): Found {
  const at = new Map(vms.map((vm) => [vm.name, vm]));
  const movers = listMovers(herd);
  const stopped = movers.filter((name) => at.get(name)?.power !== 'on');
  const moved = movers.filter((name) => at.get(name)?.host !== herd.host);
  const said = steps.filter(({ kind, state }) => kind === 'move-vm-away' && isDone(state));
  return [
    expect('VMs that run no more', stopped, []),
    expect('VMs away, beside those of which the steps say so', moved, sortAs(movers, said)),
    expect('enough VMs away', moved.length >= countWished(way, movers), true),
  ];
}

/** A cancel takes nothing back. */
function countWished({ cancelledAt = 100 }: Way, movers: readonly string[]): number {
  return Math.ceil((movers.length * cancelledAt) / 100);
}

function sortAs(names: readonly string[], steps: readonly StepRow[]): readonly string[] {
  const said = new Set(steps.map(({ name }) => name));
  return names.filter((name) => said.has(name));
}

/** It is where it was, and saved where somebody has said so and the step did it. */
function judgePinned(
  { herd }: Emptied,
  { vms }: EvacuationTruth,
  steps: readonly StepRow[],
): Found {
  const stands = vms
    .filter(({ name }) => name === herd.pinned)
    .map(({ host, power }) => `${power} on ${host}`);
  const isSaved = steps.some(({ kind, state }) => kind === 'save-vm' && isDone(state));
  return [expect(herd.pinned, stands, [`${isSaved ? 'saved' : 'on'} on ${herd.host}`])];
}

/** Each at most once, and none that nobody asked for or agreed to. */
function judgeOrders({ herd, way }: Emptied, { orders, underWay }: EvacuationTruth): Found {
  const allowed = new Set([
    `mark ${herd.host}`,
    ...(way.cancelledAt === undefined ? [] : [`unmark ${herd.host}`]),
    ...listMovers(herd).map((name) => `move ${name}`),
    ...(way.answer === 'Save' ? [`save ${herd.pinned}`] : []),
  ]);
  const lines = orders.map(({ deed, target }: Order) => `${deed} ${target}`);
  const foreign = lines.filter((line) => !allowed.has(line));
  return [
    expect('orders given twice', listTwice(lines), []),
    expect('orders that nobody agreed to', foreign, []),
    expect('still under way on the platform', underWay, []),
  ];
}

/** In maintenance and empty; marked and said to be incomplete; or, after a cancel, open again and said so. */
async function judgeHost(
  emptied: Emptied,
  { vms, mark }: EvacuationTruth,
  steps: readonly StepRow[],
): Promise<Found> {
  const { herd, way } = emptied;
  const running = vms.filter(({ host, power }) => host === herd.host && power === 'on').length;
  const isMarked = (await countRows(emptied, 'host_maintenance')) === 1;
  const [job = ''] = await listWords(emptied, 'select state from job');
  const settled = steps.find(({ kind }) => kind === 'settle-host');
  const said = `${job}, settled ${settled?.state} ${settled?.code ?? ''}`.trim();
  const stands = `${mark}, ${running === 0 ? 'empty' : 'not empty'}, ${isMarked ? '' : 'not '}marked`;
  return [expect('the host', `${stands}: ${said}`, toMeant(way, { stands, mark, said }))];
}

const EMPTY = 'in, empty, marked';

interface Stands {
  readonly stands: string;
  readonly mark: string;
  readonly said: string;
}

const REACHED = 'done_with_warning, settled done_with_warning maintenance_reached';

function toMeant({ answer, cancelledAt }: Way, { stands, mark, said }: Stands): string {
  if (cancelledAt === undefined)
    return answer === 'Save'
      ? `${EMPTY}: done, settled done`
      : // A node of a failover cluster is paused at once, with whatever is on it.
        `${mark === 'in' ? 'in' : 'entering'}, not empty, marked: incomplete, settled failed maintenance_incomplete`;
  // The cancel came when there was nothing left to cancel; the host may have been settled by then.
  if (answer === 'Save' && stands === EMPTY)
    return `${EMPTY}: ${said === REACHED ? REACHED : 'done, settled done'}`;
  return 'none, not empty, not marked: cancelled, settled done_with_warning maintenance_taken_back';
}

/** One job, and nothing of it is open. */
async function judgeRows(emptied: Emptied, steps: readonly StepRow[]): Promise<Found> {
  const open = steps.filter(({ state }) => !ENDED.has(state)).map(({ key }) => key);
  const troubled = steps
    .filter(({ kind, state }) => kind !== 'settle-host' && TROUBLED.has(state))
    .map(({ key, state, code }) => `${key} ${state} ${code}`);
  const known = await countRows(emptied, `estate_object where kind = 'vm' and not gone`);
  const looks = new Set(['request', 'job']);
  const wakeUps = (await listWords(emptied, emptied.wakeUps)).filter((it) => !looks.has(it));
  // The end of a question's time comes whether or not it is answered before.
  const gates = await countRows(emptied, 'gate');
  return [
    ...(await judgeLeftovers(emptied)),
    // The minute's looks at a request and at a job may be over by now.
    expect('wake-ups to come', wakeUps, Array(gates).fill('step')),
    expect('jobs', await countRows(emptied, 'job where ended_at is not null'), 1),
    expect('open steps', open, []),
    expect('steps that failed or warn', troubled, []),
    expect('open gates', await countRows(emptied, 'gate where answer is null'), 0),
    expect('known VMs', known, emptied.herd.vms.length),
  ];
}

/** Each thing once. */
async function judgeEvents(emptied: Emptied, steps: readonly StepRow[]): Promise<Found> {
  const all = await emptied.rows('select event, body from audit_event order by id');
  const count = (event: string) => all.filter((it) => it.event === event).length;
  const once = ['job_created', 'job_started', 'job_ended', 'request_opened', 'request_approved'];
  const ended = all.filter(({ event }) => event === 'step_ended').map(({ body }) => toKey(body));
  // The end of a question is its answer.
  const ran = steps.filter(({ kind, state }) => RAN.has(state) && kind !== 'ask-consent');
  return [
    ...[...once, 'vote_cast'].map((event) => expect(event, count(event), 1)),
    expect('events of a gate', [count('gate_opened'), count('gate_answered')].every(isFew), true),
    expect(
      'cancels',
      count('cancel_asked') <= (emptied.way.cancelledAt === undefined ? 0 : 1),
      true,
    ),
    expect('steps that ended twice', listTwice(ended), []),
    expect(
      'steps that ended without an event',
      ran.filter(({ key }) => !ended.includes(key)).map(({ key }) => key),
      [],
    ),
  ];
}

const isFew = (count: number) => count <= 1;

function toKey(body: unknown): string {
  return String(JSON.parse(String(body)).facts.step);
}

function listTwice(all: readonly string[]): readonly string[] {
  return all.filter((it, place) => all.indexOf(it) !== place);
}

const ENDED: ReadonlySet<string> = new Set([
  ...['done', 'done_with_warning', 'failed', 'skipped', 'cancelled'],
]);
const RAN: ReadonlySet<string> = new Set(['done', 'done_with_warning', 'failed']);
const TROUBLED: ReadonlySet<string> = new Set(['failed', 'done_with_warning']);

function isDone(state: string): boolean {
  return state === 'done' || state === 'done_with_warning';
}
