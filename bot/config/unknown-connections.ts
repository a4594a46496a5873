/** Connections that the configuration names beside their own list. */
import type { Connection } from '#core/ports/connection.ts';
import type { LoadedConfig } from '../config.ts';
import { suggestNames } from '../grammar/suggest.ts';
import { CONFIG_WORDS } from '../words/en/config-words.ts';
import { type ConfigFault, ConfigRefused } from './config-fault.ts';
import { LAB_IDS } from './open-doors.ts';
import type { Readable } from './readable.ts';

/** @throws ConfigRefused for every one that is named and that there is none of */
export function refuseUnknownConnections(
  { config, file, lineOf }: LoadedConfig,
  connections: ReadonlyMap<string, Connection>,
): void {
  const faults = listNamed(config).flatMap(({ connection, path }) => {
    if (connection === undefined || connections.has(connection)) return [];
    return [{ ...toFault(connection, path, connections.keys()), line: lineOf(path) }];
  });
  if (faults.length > 0) throw new ConfigRefused(file, faults);
}

/** Before anything is opened; nothing where it cannot be told yet which connections there are. */
export function listUnknownConnections(config: Readable): ConfigFault[] {
  const { connections, lab } = config;
  const ids = connections?.map(({ id }) => id);
  const isLabsOwn = lab?.connections === true && lab.estate !== undefined;
  if (ids === undefined || ids.includes(undefined) || isLabsOwn) return [];
  const known = new Set([
    ...ids.filter((id) => id !== undefined),
    ...(lab?.connections ? LAB_IDS : []),
  ]);
  return listNamed(config).flatMap(({ connection, path }) =>
    connection === undefined || known.has(connection) ? [] : [toFault(connection, path, known)],
  );
}

interface Naming {
  readonly connection?: string | undefined;
}

function listNamed({
  ownVms,
  placement,
}: {
  readonly ownVms: readonly Naming[];
  readonly placement: {
    readonly goals: readonly Naming[];
    readonly evacuateClusters: readonly Naming[];
  };
}) {
  const lists = [
    { under: ['ownVms'], all: ownVms },
    { under: ['placement', 'evacuateClusters'], all: placement.evacuateClusters },
    { under: ['placement', 'goals'], all: placement.goals },
  ];
  return lists.flatMap(({ under, all }) =>
    all.map(({ connection }, at) => ({ connection, path: [...under, at, 'connection'] })),
  );
}

function toFault(
  connection: string,
  path: ConfigFault['path'],
  known: Iterable<string>,
): ConfigFault {
  // Of two that are as near none is shown as the one.
  const near = suggestNames(connection, known, { limit: 2 });
  return { path, message: CONFIG_WORDS.unknownConnection(connection, near) };
}
