/** `role list`: every role of the configuration, and which of them grant nothing now. */
import { roleListCard } from '../cards/role-card.ts';
import { answer, defineCommand } from './command.ts';

export const roleList = defineCommand({
  words: ['role', 'list'],
  summary: 'roles: what they give, where, and to which groups',
  right: 'role.list',
  changes: false,
  isPrivate: true,
  examples: ['role list'],
  async run({ house }) {
    return answer(roleListCard(house.rules.roles));
  },
});
