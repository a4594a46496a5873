/** Connections that the configuration names beside their own list. */
import type { Connection } from '#core/ports/connection.ts';
import type { LoadedConfig } from '../config.ts';
import { ConfigRefused } from './config-fault.ts';

/** @throws ConfigRefused for every one that is named and that there is none of */
export function refuseUnknownConnections(
  { config, file, lineOf }: LoadedConfig,
  connections: ReadonlyMap<string, Connection>,
): void {
  const { ownVms, placement } = config;
  const lists = [
    { under: ['ownVms'], all: ownVms },
    { under: ['placement', 'evacuateClusters'], all: placement.evacuateClusters },
    { under: ['placement', 'goals'], all: placement.goals },
  ];
  const named = lists.flatMap(({ under, all }) =>
    all.map(({ connection }, at) => ({ connection, path: [...under, at, 'connection'] })),
  );
  const faults = named.flatMap(({ connection, path }) => {
    const message = `there is no connection ${connection}`;
    return connections.has(connection) ? [] : [{ path, message, line: lineOf(path) }];
  });
  if (faults.length > 0) throw new ConfigRefused(file, faults);
}
