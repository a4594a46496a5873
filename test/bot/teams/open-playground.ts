/** Drover's Teams behind the Agents Playground, with a host that keeps all in memory. */

import { TeamsConfig } from '#bot/teams/config.ts';
import type { TeamsEnvelope } from '#bot/teams/envelope.ts';
import type { TeamsReference } from '#bot/teams/host.ts';
import { createTeams, type Teams } from '#bot/teams/teams.ts';
import { createNotesInMemory } from '#test/helpers/notes-in-memory.ts';
import { appId, appPassword } from '#test/helpers/peers/teams.ts';
import { openPlaygrounds, type Player, type Playgrounds } from '#test/peers/teams/playground.ts';
import { tenantId } from '#test/peers/teams/teams-world.ts';

export interface OpenPlayground extends AsyncDisposable {
  readonly playgrounds: Playgrounds;
  readonly teams: Teams;
  readonly inbox: TeamsEnvelope[];
  readonly faults: unknown[];
}

export async function openPlayground(
  players: readonly Player[],
  onReceived: (envelope: TeamsEnvelope, teams: Teams) => void = () => undefined,
): Promise<OpenPlayground> {
  await using stack = new AsyncDisposableStack();
  const playgrounds = stack.use(await openPlaygrounds(appId, players));
  const { url: serviceUrl, openIdUrl, loginUrl } = playgrounds.front;
  const config = TeamsConfig.parse({
    ...{ appId, tenantId, appPassword, publicUrl: 'https://drover.example', port: 0 },
    local: { openIdUrl, loginUrl, serviceUrl },
  });
  const inbox: TeamsEnvelope[] = [];
  const references = new Map<string, TeamsReference>();
  const faults: unknown[] = [];
  const teams: Teams = await createTeams({
    config,
    notes: createNotesInMemory(),
    onFault: (fault) => void faults.push(fault),
    host: {
      async receive(envelope) {
        inbox.push(envelope);
        onReceived(envelope, teams);
        return true;
      },
      findCard: async () => undefined,
      noteRefused: async () => undefined,
      choices: async () => [],
      saveReference: async (reference) => void references.set(reference.place, reference),
      findReference: async (place) => references.get(place),
      dropReferences: async () => undefined,
    },
  });
  stack.adopt(teams, (one) => one.close());
  await playgrounds.start(teams.url);
  const opened = stack.move();
  return {
    ...{ playgrounds, teams, inbox, faults },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
