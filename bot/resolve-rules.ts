/** Roles and policies with the ids of their groups. */
import type { Rules } from '#approvals/policy.ts';
import type { ConfiguredGroup } from '#core/rights/configured-group.ts';
import { type ConfigFault, ConfigRefused } from './config/config-fault.ts';
import { listGroupNames } from './config/group-names.ts';
import type { LoadedConfig } from './config.ts';
import type { ConfiguredGroups } from './read-groups.ts';

/** @throws ConfigRefused naming every group that the directory does not have, and never had when it was asked. */
export function resolveRules(
  { config, lineOf, file }: LoadedConfig,
  groups: ConfiguredGroups,
): Rules {
  const faults: ConfigFault[] = listGroupNames(config).flatMap(({ name, path }) => {
    if (groups.get(name)) return [];
    return [{ path, message: `the directory has no group ${name}`, line: lineOf(path) }];
  });
  if (faults.length > 0) throw new ConfigRefused(file, faults);
  const find = (name: string) => groups.get(name) as ConfiguredGroup;
  return {
    roles: config.roles.map((role, at) => ({
      ...role,
      line: lineOf(['roles', at]),
      members: role.members.map(find),
    })),
    policies: config.policies.map(({ decide, ...policy }, at) => ({
      ...policy,
      line: lineOf(['policies', at]),
      approvals: decide === 'auto' ? null : toApprovals(decide, find),
    })),
  };
}

function toApprovals(
  { approvals: needed, from, ...rest }: Exclude<Decide, 'auto'>,
  find: (name: string) => ConfiguredGroup,
) {
  return { needed, group: find(from), ...rest };
}

type Decide = LoadedConfig['config']['policies'][number]['decide'];
