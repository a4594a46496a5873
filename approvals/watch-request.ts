/** What happens to an open request by time: each minute whether enough people are left, at its deadline its end (H24). */
import type { Account } from '#core/ports/directory.ts';
import { findDisagreement } from '#core/rights/configured-group.ts';
import { ADMINISTRATION } from '#core/rights/role.ts';
import { findStageDisagreement } from './close-stages.ts';
import { endRequest } from './decide.ts';
import { findShortStage, type Members, type RequestDeps } from './open-request.ts';
import type { Request } from './request-store.ts';

const LOOK_EVERY_MS = 60_000;

/** Carries out one wake-up of topic `request`. */
export async function watchRequest(deps: RequestDeps, requestId: string): Promise<void> {
  const request = await deps.store.read((reads) => reads.requests.find(requestId));
  if (request?.state !== 'open') return;
  const members = await readStageMembers(deps, request);
  const short = members && findShortStage(request.stages, request.requesterId, members);
  const voters = [...(members?.values() ?? [])].flat();
  const readers = short ? [...voters, ...(await askAdministrators(deps))] : voters;
  await deps.store.transact(async (tx) => {
    const current = await tx.requests.lock(requestId);
    if (current?.state !== 'open') return;
    if (tx.now >= current.expiresAt) {
      await endRequest(tx, deps.announcer, current, { state: 'expired', code: 'expired' });
      return;
    }
    const group = short?.stage.groupName;
    if (members && current.facts?.fallsShort !== group) {
      await tx.requests.change(requestId, 'open', { facts: group ? { fallsShort: group } : null });
      await tx.audit.insert({
        event: group ? 'request_falls_short' : 'request_can_be_decided',
        requestId,
        facts: { group: group ?? null },
      });
      await deps.announcer.requestChanged(tx, requestId);
    }
    // Who has joined since, and is asked now, has no card yet.
    await deps.announcer.requestShown(tx, requestId, toActive(readers, current));
    const leftMs = current.expiresAt.getTime() - tx.now.getTime();
    await tx.enqueue([
      { topic: 'request', key: requestId, delayMs: Math.max(1, Math.min(LOOK_EVERY_MS, leftMs)) },
    ]);
  });
}

/** A directory that does not answer says nothing of who is left: the next minute asks again. */
async function readStageMembers(
  { directory, rules, onError }: RequestDeps,
  { stages }: Request,
): Promise<Members | undefined> {
  // Of a group whose name and id disagree nobody may agree: it counts as if nobody were left.
  const open = stages.filter((stage) => !findStageDisagreement(stage, rules.policies));
  try {
    return await readMembersOf(
      directory,
      open.map(({ groupId }) => groupId),
    );
  } catch (error) {
    onError(error);
    return undefined;
  }
}

async function askAdministrators(deps: RequestDeps): Promise<Account[]> {
  try {
    return await readAdministrators(deps);
  } catch (error) {
    deps.onError(error);
    return [];
  }
}

/** Who can change a rule or say whom to ask: those whom a role gives an estate-wide right by its name. */
export async function readAdministrators({
  directory,
  rules,
}: Pick<RequestDeps, 'directory' | 'rules'>): Promise<Account[]> {
  const roles = rules.roles.filter(
    ({ allow, members }) =>
      allow.some((right) => ADMINISTRATION.has(right)) && !findDisagreement(members),
  );
  const groupIds = roles.flatMap(({ members }) => members.map(({ id }) => id));
  return [...(await readMembersOf(directory, groupIds)).values()].flat();
}

export async function readMembersOf(
  directory: RequestDeps['directory'],
  groupIds: readonly string[],
): Promise<Map<string, readonly Account[]>> {
  const members = new Map<string, readonly Account[]>();
  for (const id of groupIds) members.set(id, (await directory.listMembers(id)).people);
  return members;
}

function toActive(people: readonly Account[], { requesterId }: Request): Account[] {
  const active = people.filter(({ id, state }) => state === 'active' && id !== requesterId);
  return [...new Map(active.map((one) => [one.id, one])).values()];
}
