/**
 * Asks the platforms whether the moves of a plan could be made: before it is shown to those who agree, and once more
 * before it starts. What they forbid counts against that host, and the plan is made again.
 */
import { OperationError } from '../errors.ts';
import { toRef } from '../inventory/estate-object.ts';
import type { PlatformWord } from '../placement/place-moves.ts';
import type { MoveLine, Plan, PlanNote } from '../plan/plan.ts';
import type { MoveFinding } from '../ports/moving.ts';
import type { WorldDeps } from './prepare-world.ts';

/** Answers of platforms, for as long as a plan is made of them; after a restart they are asked again. */
export interface MoveAnswers {
  of(vmId: string, hostId: string): PlatformWord | undefined;
  keep(vmId: string, hostId: string, answer: PlatformWord | undefined): void;
  /** What was said of these VMs holds no longer: a no of yesterday would never be asked again. */
  forget(vmIds: ReadonlySet<string>): void;
}

const KEPT_AT_MOST = 10_000;

export function createMoveAnswers(): MoveAnswers {
  const answers = new Map<string, PlatformWord>();
  const toKey = (vmId: string, hostId: string) => `${vmId}\0${hostId}`;
  const toVmId = (key: string) => key.slice(0, key.indexOf('\0'));
  return {
    of: (vmId, hostId) => answers.get(toKey(vmId, hostId)),
    keep(vmId, hostId, answer) {
      const key = toKey(vmId, hostId);
      answers.delete(key);
      if (answer) answers.set(key, answer);
      const [oldest] = answers.keys();
      if (answers.size > KEPT_AT_MOST && oldest !== undefined) answers.delete(oldest);
    },
    forget(vmIds) {
      for (const key of answers.keys()) if (vmIds.has(toVmId(key))) answers.delete(key);
    },
  };
}

const ROUNDS = 3;
const AT_ONCE = 8;
/** For all of them together, in milliseconds: who is not asked by then is said to be unchecked. */
const LIMIT_MS = 45_000;

/** Makes the plan, asks for its moves, and makes it again while something was forbidden. */
export async function examineMoves(deps: WorldDeps, makePlan: () => Promise<Plan>): Promise<void> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  const asked = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const { moves = [] } = (await makePlan()).advice;
    const fresh = moves.filter(({ vmId, toId }) => !asked.has(`${vmId}\0${toId}`));
    if (fresh.length === 0) return;
    for (const { vmId, toId } of fresh) asked.add(`${vmId}\0${toId}`);
    await askAll(deps, fresh, signal);
  }
}

async function askAll(
  deps: WorldDeps,
  moves: readonly MoveLine[],
  signal: AbortSignal,
): Promise<void> {
  const waiting = [...moves];
  const work = async () => {
    for (let move = waiting.shift(); move; move = waiting.shift()) {
      deps.moveAnswers.keep(move.vmId, move.toId, await ask(deps, move, signal));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, moves.length) }, work));
}

/** Undefined: it was not answered, which says nothing for it and nothing against it. */
async function ask(
  { sync: { index }, connections }: WorldDeps,
  { vmId, toId, way, datastoreId }: MoveLine,
  signal: AbortSignal,
): Promise<PlatformWord | undefined> {
  const vm = index.get('vm', vmId);
  const host = index.get('host', toId);
  const datastore = datastoreId === undefined ? undefined : index.get('datastore', datastoreId);
  const migration = vm && connections.get(vm.connectionId)?.migration;
  if (!vm || !host || !migration || signal.aborted) return undefined;
  const wish = { way, host: toRef(host), ...(datastore && { datastore: toRef(datastore) }) };
  try {
    return toAnswer(await migration.check(toRef(vm), wish, signal));
  } catch (cause) {
    if (!(cause instanceof OperationError)) throw cause;
    return undefined;
  }
}

function toAnswer(findings: readonly MoveFinding[]): PlatformWord {
  const notes = (wanted: MoveFinding['severity'], code: PlanNote['code']): PlanNote[] =>
    findings
      .filter(({ severity }) => severity === wanted)
      .map(({ code: name, words }) => ({ code, facts: { name, words } }));
  return {
    against: notes('error', 'platform_forbids'),
    warnings: notes('warning', 'platform_warns'),
  };
}
