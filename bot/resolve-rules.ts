/** Roles and policies with their groups' ids: read from the directory once, when Drover starts. */
import type { Rules } from '#approvals/open-request.ts';
import type { Directory, Group } from '#core/ports/directory.ts';
import { type ConfigFault, ConfigRefused } from './config/config-fault.ts';
import type { LoadedConfig } from './config.ts';

/** @throws ConfigRefused naming every group that the directory does not have. */
export async function resolveRules(
  { config, lineOf, file }: LoadedConfig,
  directory: Directory,
): Promise<Rules> {
  const faults: ConfigFault[] = [];
  const groups = new Map<string, Group | undefined>();

  async function find(name: string, path: readonly (string | number)[]): Promise<Group> {
    if (!groups.has(name)) groups.set(name, await directory.findGroup(name));
    const group = groups.get(name);
    if (!group)
      faults.push({ path, message: `the directory has no group ${name}`, line: lineOf(path) });
    return group ?? { id: '', name };
  }

  const roles = await Promise.all(
    config.roles.map(async (role, at) => ({
      ...role,
      line: lineOf(['roles', at]),
      members: await Promise.all(
        role.members.map((name, member) => find(name, ['roles', at, 'members', member])),
      ),
    })),
  );
  const policies = await Promise.all(
    config.policies.map(async ({ decide, ...policy }, at) => ({
      ...policy,
      line: lineOf(['policies', at]),
      approvals: decide === 'auto' ? null : await toApprovals(decide, at),
    })),
  );

  async function toApprovals(
    { approvals: needed, from, ...rest }: Exclude<Decide, 'auto'>,
    at: number,
  ) {
    return { needed, group: await find(from, ['policies', at, 'decide', 'from']), ...rest };
  }

  if (faults.length > 0) throw new ConfigRefused(file, faults);
  return { roles, policies };
}

type Decide = LoadedConfig['config']['policies'][number]['decide'];
