/** `connection accept`: an administrator ends a hold, having seen what changed (H06). */
import { acceptHold, isHeldForDatabase } from '#core/inventory/connection-hold.ts';
import { notAllowedCard, plainRefusal } from '../cards/refusal-card.ts';
import { CONNECTION_WORDS } from '../words/en/connection-words.ts';
import { type Asking, answer, defineCommand, type Reply } from './command.ts';
import { judgeOnConnection } from './read-connections.ts';
import { isConnectionSeen, listSeenConnections } from './seen-connections.ts';

const RIGHT = 'connection.accept';

export const connectionAccept = defineCommand({
  words: ['connection', 'accept'],
  summary: 'end the hold of a connection, as it stands now',
  right: RIGHT,
  changes: true,
  target: { name: 'connection', kind: 'connection', required: true },
  options: [{ name: 'reason', type: 'text', summary: 'why; stays in the audit' }],
  examples: ['connection accept prod-vc --reason "restored from backup, checked"'],
  async run(asking, { target = '', options }) {
    const { house, person } = asking;
    const refused = await refuse(asking, target);
    if (refused) return refused;
    return async (tx) => {
      const state = await tx.connections.find(target);
      if (!state?.holdCode) return plainRefusal(...CONNECTION_WORDS.notOnHold(target));
      await acceptHold(tx, state);
      await tx.audit.insert({
        event: 'connection_accepted',
        personId: person.id,
        facts: {
          connection: target,
          code: state.holdCode,
          hold: state.holdFacts,
          reason: String(options.reason ?? ''),
        },
      });
      // The database is accepted with the last connection that it put on hold.
      const isDatabaseAccepted =
        isHeldForDatabase(state) && !(await tx.connections.list()).some(isHeldForDatabase);
      tx.afterCommit(() => {
        if (isDatabaseAccepted) house.acceptDatabase();
        house.resync(target);
      });
      const title = CONNECTION_WORDS.accepted(target);
      return {
        ...{ title, tone: 'good', summary: title, actions: [] },
        body: [{ block: 'text', text: CONNECTION_WORDS.readAnew }],
      };
    };
  },
});

/** The right may hold for other connections alone. */
async function refuse(asking: Asking, target: string): Promise<Reply | undefined> {
  if (!(await isConnectionSeen(asking, target))) {
    const known = await listSeenConnections(asking);
    return answer(plainRefusal(...CONNECTION_WORDS.none(target, known)));
  }
  const decision = judgeOnConnection(asking, RIGHT, target);
  if (decision.allowed) return undefined;
  return async (tx) => {
    const facts = { right: RIGHT, code: decision.code, connection: target };
    await tx.audit.insert({ event: 'refused', personId: asking.person.id, facts });
    return notAllowedCard({ right: RIGHT, decision, target });
  };
}
