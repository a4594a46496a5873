/** Rights and operations that do not exist: a mistyped `deny` would protect nothing, and nobody would be told. */
import { OPERATIONS } from '#core/operations/registry.ts';
import { COMMANDS } from '../commands/registry.ts';
import { suggestNearest } from '../grammar/suggest.ts';
import type { ConfigFault } from './config-fault.ts';
import type { Readable } from './readable.ts';
import { ACTION } from './rules-config.ts';

/** Asked for on cards, and no command of their own or more than one. */
const WITHOUT_COMMAND = ['job.answer', 'job.cancel', 'job.retry'];

export function listUnknownNames({ roles, policies }: Readable): ConfigFault[] {
  const operations = OPERATIONS.map(({ name }) => name);
  const rights = [
    ...COMMANDS.flatMap(({ right }) => right ?? []),
    ...operations,
    ...WITHOUT_COMMAND,
  ];
  const ofRoles = roles.flatMap(({ allow, deny }, at) => [
    ...listUnknown('right', allow, rights, ['roles', at, 'allow']),
    ...listUnknown('right', deny, rights, ['roles', at, 'deny']),
  ]);
  const ofPolicies = policies.flatMap((policy, at) =>
    listUnknown('operation', policy.operations, operations, ['policies', at, 'operations']),
  );
  return [...ofRoles, ...ofPolicies];
}

function listUnknown(
  what: string,
  written: readonly (string | undefined)[],
  known: readonly string[],
  path: readonly (string | number)[],
): ConfigFault[] {
  return written.flatMap((name, at) => {
    if (name === undefined || !ACTION.test(name) || isKnown(name, known)) return [];
    const nearest = suggestNearest(name, known);
    const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
    return [{ path: [...path, at], message: `there is no ${what} ${name}${hint}` }];
  });
}

function isKnown(name: string, known: readonly string[]): boolean {
  if (!name.endsWith('.*')) return known.includes(name);
  return known.some((one) => one.startsWith(name.slice(0, -1)));
}
