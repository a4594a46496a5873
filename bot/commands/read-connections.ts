/** How the connections stand, for views that say how old what they show is (H10). */
import type { EstateObject } from '#core/inventory/estate-object.ts';
import type { ConnectionState } from '#core/ports/connection-states.ts';
import { authorize, type RightsDecision } from '#core/rights/authorize.ts';
import { findDisagreement, findMembership } from '#core/rights/configured-group.ts';
import { type ConnectionFacts, toTroubleWords } from '../cards/estate-connection-words.ts';
import type { House } from '../house.ts';
import { toClosedRoleWords } from '../words/en/group-words.ts';
import type { Asking } from './command.ts';

const TOLD_AT_MOST = 4;

export interface Connections {
  /** The database's clock. */
  readonly now: Date;
  /** All that are configured, by name. */
  readonly configured: readonly ConnectionFacts[];
  of(connectionId: string): ConnectionFacts;
}

export async function readConnections({
  store,
  connections,
}: Pick<House, 'store' | 'connections'>): Promise<Connections> {
  const { now, list } = await store.read(async (reads) => ({
    now: reads.now,
    list: await reads.connections.list(),
  }));
  const states = new Map<string, ConnectionState>(list.map((state) => [state.id, state]));
  const of = (id: string) => ({ id, isConfigured: connections.has(id), state: states.get(id) });
  return { now, of, configured: [...connections.keys()].toSorted().map(of) };
}

/** Whether the person holds the right on this connection as a whole. */
export function mayOnConnection(
  who: Pick<Asking, 'house' | 'person'>,
  action: string,
  connectionId: string,
): boolean {
  return judgeOnConnection(who, action, connectionId).allowed;
}

export function judgeOnConnection(
  { house, person }: Pick<Asking, 'house' | 'person'>,
  action: string,
  connectionId: string,
): RightsDecision {
  const scope = { connectionId, clusterName: null, folderPath: null, ownerId: null };
  return authorize({ person, action, scope }, house.rules.roles);
}

/** What cannot be read now; named to those who may see the connection, told without a name to the others. */
export async function listBlindSpots(asking: Asking): Promise<string[]> {
  return toBlindSpots(asking, await readConnections(asking.house));
}

/** `seen`: objects that are shown, so that their connections are no secret. */
export function toBlindSpots(
  asking: Asking,
  { configured, of, now }: Connections,
  seen: Iterable<EstateObject> = [],
): string[] {
  const shown = new Set<string>();
  for (const { connectionId } of seen) shown.add(connectionId);
  const unconfigured = [...shown].map(of).filter(({ isConfigured }) => !isConfigured);
  const words: string[] = [];
  let isHidden = false;
  for (const facts of [...configured, ...unconfigured]) {
    const trouble = toTroubleWords(facts, now, asking.house.timeZone);
    if (trouble === undefined) continue;
    if (shown.has(facts.id) || mayOnConnection(asking, 'connection.list', facts.id))
      words.push(trouble);
    else isHidden = true;
  }
  const hidden = 'A part of the estate cannot be read now; what is there is not known.';
  return [...listClosedRoles(asking), ...cutWords(words), ...(isHidden ? [hidden] : [])];
}

/** What a role would show that grants nothing now (H28) is not seen either. */
function listClosedRoles({ person, house }: Asking): string[] {
  return house.rules.roles.flatMap(({ name, members }) => {
    const disagreement = findMembership(members, person) && findDisagreement(members);
    return disagreement ? [toClosedRoleWords(name, disagreement)] : [];
  });
}

/** An outage of many is told by the first few. */
function cutWords(words: readonly string[]): string[] {
  const left = words.length - TOLD_AT_MOST;
  if (left <= 0) return [...words];
  return [
    ...words.slice(0, TOLD_AT_MOST),
    `${left} more connections are not known now: connection list`,
  ];
}
