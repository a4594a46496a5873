/** Drover's Teams in a test tenant, with an inbox and references that tell what they took. */
import assert from 'node:assert/strict';
import type { Card } from '#bot/cards/card.ts';
import type { MessageView } from '#bot/conversation/conversation-port.ts';
import type { Refusal } from '#bot/conversation/refusal.ts';
import type { TeamsEnvelope } from '#bot/teams/envelope.ts';
import type { GonePlace, SeenMessage, TeamsHost, TeamsReference } from '#bot/teams/host.ts';
import { createTeams, type Teams, type TeamsOptions } from '#bot/teams/teams.ts';
import type { OperationError } from '#core/errors.ts';
import { createNotesInMemory } from '#test/helpers/notes-in-memory.ts';
import { botId, openTestTeams, type TestTeams } from '#test/helpers/peers/teams.ts';
import {
  channel,
  groupChat,
  type TeamsPersonName,
  teamId,
  teamsPeople,
  tenantId,
  toPersonalChat,
} from '#test/peers/teams/teams-world.ts';

export interface OpenTeams extends AsyncDisposable {
  readonly tenant: TestTeams;
  readonly teams: Teams;
  /** What was committed, once each. */
  readonly inbox: TeamsEnvelope[];
  /** Every delivery, those that changed nothing included. */
  readonly deliveries: TeamsEnvelope[];
  readonly references: Map<string, TeamsReference>;
  readonly gone: GonePlace[];
  readonly adopted: SeenMessage[];
  readonly faults: unknown[];
  readonly refusals: Refusal[];
}

export interface OpenTeamsOptions extends Partial<TeamsOptions> {
  readonly answers?: Partial<TeamsHost>;
}

export async function openTeams(options: OpenTeamsOptions = {}): Promise<OpenTeams> {
  const tenant = await openTestTeams();
  const inbox: TeamsEnvelope[] = [];
  const deliveries: TeamsEnvelope[] = [];
  const references = new Map<string, TeamsReference>();
  const gone: GonePlace[] = [];
  const adopted: SeenMessage[] = [];
  const faults: unknown[] = [];
  const refusals: Refusal[] = [];
  const { answers, ...more } = options;
  const host: TeamsHost = {
    async receive(envelope) {
      deliveries.push(envelope);
      const isNew = inbox.every(({ dedupeKey }) => dedupeKey !== envelope.dedupeKey);
      if (isNew) inbox.push(envelope);
      return isNew;
    },
    findCard: async () => undefined,
    choices: async () => [],
    saveReference: async (reference) => void references.set(reference.place, reference),
    async findReference(place) {
      const own = [...references.values()].find(({ userId }) => userId === place);
      return references.get(place) ?? own;
    },
    async dropReferences(place) {
      gone.push(place);
      for (const [key, reference] of references) {
        const isGone =
          'teamId' in place
            ? reference.teamId === place.teamId
            : key.split(';')[0] === place.conversation;
        if (isGone) references.delete(key);
      }
    },
    adopt: async (seen) => void adopted.push(seen),
    noteRefused: async (refusal) => void refusals.push(refusal),
    ...answers,
  };
  const onFault = (fault: unknown) => void faults.push(fault);
  const notes = createNotesInMemory();
  const teams = await createTeams({ config: tenant.config(), host, notes, onFault, ...more });
  tenant.connect(teams.url);
  return {
    ...{ tenant, teams, inbox, deliveries, references, gone, adopted, faults, refusals },
    async [Symbol.asyncDispose]() {
      await teams.close();
      await tenant[Symbol.asyncDispose]();
    },
  };
}

/** As if Drover had been spoken to in all of them. */
export function addReferences({ references, tenant }: OpenTeams): void {
  const common = { serviceUrl: tenant.connector.url, tenant: tenantId, botId, userId: null };
  const add = (place: string, kind: TeamsReference['kind'], more: Partial<TeamsReference> = {}) =>
    references.set(place, { ...common, place, kind, teamId: null, ...more });
  add(groupChat, 'groupChat');
  add(channel, 'channel', { teamId });
  for (const name of ['ann', 'bob'] as const satisfies readonly TeamsPersonName[]) {
    add(toPersonalChat(name), 'personal', { userId: teamsPeople[name].aadObjectId });
  }
}

export function toView(id: string, card: Card, more: Partial<MessageView> = {}): MessageView {
  return { id, version: 1, sentAt: new Date(), card, ...more };
}

/** What goes to one copy of a card. */
export function toOutgoing(
  place: string,
  card: Card,
  {
    copyId = 'copy-1',
    version = 1,
    messageRef = null as string | null,
    sentAt = new Date(Date.now() + 60_000),
  } = {},
) {
  const content = toView(copyId, card, { version, sentAt });
  return { copyId, place, personId: null, messageRef, version, content };
}

/** Where Drover has been spoken to before. */
export async function openWithReferences(options: OpenTeamsOptions = {}): Promise<OpenTeams> {
  const open = await openTeams(options);
  addReferences(open);
  return open;
}

/** For `assert.rejects`: this code and end, and at least these facts. */
export function isFault(code: string, end: string, facts: object = {}) {
  return (error: OperationError) => {
    assert.deepEqual([error.code, error.end], [code, end]);
    assert.deepEqual({ ...error.facts, ...facts }, error.facts);
    return true;
  };
}
