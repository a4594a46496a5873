/** `role show`: one role by its exact name, with each of its groups, how its name stands, and who is in it. */
import { OperationError } from '#core/errors.ts';
import type { Directory } from '#core/ports/directory.ts';
import type { ConfiguredGroup } from '#core/rights/configured-group.ts';
import { oddLetterBlocks } from '../cards/estate-choice-card.ts';
import { type GroupReading, noSuchRoleCard, roleCard } from '../cards/role-card.ts';
import { quoteWord } from '../grammar/quote.ts';
import { suggestNames } from '../grammar/suggest.ts';
import { answer, defineCommand } from './command.ts';

export const roleShow = defineCommand({
  words: ['role', 'show'],
  summary: 'one role: its rights, scope and quota, and how each of its groups stands',
  right: 'role.show',
  changes: false,
  isPrivate: true,
  target: { name: 'role', kind: 'role', required: true },
  examples: ['role show web-team', 'role show "night shift"'],
  async run({ house }, { target = '' }) {
    const { rules, directory } = house;
    const role = rules.roles.find(({ name }) => name === target);
    if (!role) {
      const near = suggestNames(
        target,
        rules.roles.map(({ name }) => name),
      );
      const card = noSuchRoleCard(
        target,
        near.map((name) => `role show ${quoteWord(name)}`),
      );
      return answer({ ...card, body: [...oddLetterBlocks(target), ...card.body] });
    }
    const groups = await Promise.all(
      role.members.map(async (group) => ({ group, members: await readMembers(directory, group) })),
    );
    return answer(roleCard(role, groups));
  },
});

/** What cannot be read is said of the one group; the others are shown (H11). */
async function readMembers(
  directory: Directory,
  { id, disagreement }: ConfiguredGroup,
): Promise<GroupReading> {
  if (disagreement) return { reading: 'not_asked' };
  try {
    const { people, unreadable } = await directory.listMembers(id);
    const notActive = people.filter(({ state }) => state !== 'active').length;
    return { reading: 'read', count: people.length, notActive, unreadable };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    const isThere = error.code === 'group_not_readable';
    return { reading: isThere ? 'not_readable' : 'not_reachable' };
  }
}
