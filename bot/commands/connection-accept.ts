/** `connection accept`: an administrator ends a hold, having seen what changed (H06). */
import { acceptHold, isHeldForDatabase } from '#core/inventory/connection-hold.ts';
import { plainRefusal } from '../cards/refusal-card.ts';
import { answer, defineCommand } from './command.ts';

export const connectionAccept = defineCommand({
  words: ['connection', 'accept'],
  summary: 'end the hold of a connection, as it stands now',
  right: 'connection.accept',
  changes: true,
  target: { name: 'connection', kind: 'connection', required: true },
  options: [{ name: 'reason', type: 'text', summary: 'why; stays in the audit' }],
  examples: ['connection accept prod-vc --reason "restored from backup, checked"'],
  async run({ house, person }, { target = '', options }) {
    if (!house.connections.has(target)) {
      const known = [...house.connections.keys()].join(', ');
      return answer(
        plainRefusal(`There is no connection ${target}`, `Known are ${known}. Nothing was done.`),
      );
    }
    return async (tx) => {
      const state = await tx.connections.find(target);
      if (!state?.holdCode)
        return plainRefusal(
          `${target} is not on hold`,
          'There is nothing to accept. Nothing was done.',
        );
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
      const title = `${target} is accepted as it stands`;
      return {
        title,
        tone: 'good',
        summary: title,
        body: [
          { block: 'text', text: 'It is read anew now; changes are possible once that is done.' },
        ],
        actions: [],
      };
    };
  },
});
