/** Where the configuration names groups. */
import type { Config } from '../config.ts';

export interface GroupName {
  readonly name: string;
  readonly path: readonly (string | number)[];
  /** The same for people: `roles.web-team.members`, `policies.ask.decide.from`. */
  readonly key: string;
}

/** Every place, in the order of the file. */
export function listGroupNames({ roles, policies }: Config): GroupName[] {
  return [
    ...roles.flatMap((role, at) =>
      role.members.map((name, member) => ({
        ...{ name, path: ['roles', at, 'members', member], key: `roles.${role.name}.members` },
      })),
    ),
    ...policies.flatMap(({ name: policy, decide }, at) => {
      if (decide === 'auto') return [];
      const path = ['policies', at, 'decide', 'from'];
      return [{ name: decide.from, path, key: `policies.${policy}.decide.from` }];
    }),
  ];
}

/** What names are looked up in, and so what a pin holds for. */
export function toGroupSource({ directory }: Pick<Config, 'directory'>): string {
  return directory ? directory.baseDn.toLowerCase() : 'lab';
}
