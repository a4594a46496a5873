/** What would open a door is refused at start, whatever else the configuration says. */
import type { ConfigFault } from './config-fault.ts';
import type { Readable, ReadableConnection } from './readable.ts';

/** Of the estate that the lab makes itself. */
export const LAB_IDS: readonly string[] = ['lab-vc', 'lab-hv'];

export function listOpenDoors(config: Readable): ConfigFault[] {
  return [
    ...listStrangers(config),
    ...listChatsWithoutDirectory(config),
    ...listDoubles(config),
    ...listNobody(config),
  ];
}

/** Lab people exist only while every connection is simulated or on this machine. */
function listStrangers({ connections = [], directory, lab }: Readable): ConfigFault[] {
  if (directory && lab?.people !== undefined)
    return [
      { path: ['lab', 'people'], message: 'people come from the directory: leave one of both out' },
    ];
  if (directory) return [];
  const message =
    'is not on this machine. Without a directory Drover knows only the lab’s people, and those may not act on anything real';
  return connections.flatMap((connection, at) =>
    listAddresses(connection).flatMap(({ host, path }) =>
      isLoopback(host) ? [] : [{ path: ['connections', at, ...path], message }],
    ),
  );
}

/** Those that can be read; what is wrong with the others is told by itself. */
function listAddresses({ kind, url, hosts }: ReadableConnection) {
  if (kind === 'vcenter')
    return url !== undefined && URL.canParse(url)
      ? [{ host: new URL(url).hostname, path: ['url'] }]
      : [];
  return hosts.flatMap((address, at) =>
    address ? [{ host: address.toLowerCase().split(':')[0] ?? '', path: ['hosts', at] }] : [],
  );
}

/** Whoever can write there could say to be anybody. */
function listChatsWithoutDirectory({ slack, teams, directory }: Readable): ConfigFault[] {
  if (directory) return [];
  const message = 'needs a directory: without one nobody there could be proven';
  return [...(slack ? ['slack'] : []), ...(teams ? ['teams'] : [])].map((chat) => ({
    path: [chat],
    message,
  }));
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function listDoubles({ connections = [], roles, policies, lab }: Readable): ConfigFault[] {
  const labIds = lab?.connections ? LAB_IDS : [];
  return [
    ...listDouble(
      connections.map(({ id }) => id),
      ['connections'],
      'id',
      labIds,
    ),
    ...listDouble(
      roles.map(({ name }) => name),
      ['roles'],
      'name',
    ),
    ...listDouble(
      policies.map(({ name }) => name),
      ['policies'],
      'name',
    ),
  ];
}

function listDouble(
  names: readonly (string | undefined)[],
  path: string[],
  key: string,
  taken: readonly string[] = [],
): ConfigFault[] {
  const seen = new Set(taken);
  return names.flatMap((name, at) => {
    if (name === undefined) return [];
    const isDouble = seen.has(name);
    seen.add(name);
    return isDouble ? [{ path: [...path, at, key], message: `${name} is there twice` }] : [];
  });
}

/** People without any connection, or connections without people. */
function listNobody({ connections, lab, directory }: Readable): ConfigFault[] {
  if (connections === undefined) return [];
  if (directory && (lab?.connections || connections.length > 0)) return [];
  if (lab && (lab.connections || connections.length > 0)) return [];
  if (lab || directory)
    return [
      {
        path: ['connections'],
        message: 'there is no connection; add one, or leave lab.connections out',
      },
    ];
  return [
    { path: ['lab'], message: 'is missing: without a directory, the people come from the lab' },
  ];
}
