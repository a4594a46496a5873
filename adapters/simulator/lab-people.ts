/**
 * The lab's people behind the directory port.
 *
 * From a list, or from a file that is read again when it was changed, so that somebody can be disabled or change groups
 * while the server runs. A file that cannot be read is a directory that cannot be reached (H09).
 */
import { statSync } from 'node:fs';
import { OperationError } from '#core/errors.ts';
import type { Account, Directory, Group } from '#core/ports/directory.ts';
import { refuseInsideTransaction } from '#core/ports/inside-transaction.ts';
import { DEFAULT_PEOPLE, LabPeople, type LabPeopleFile, readPeopleFile } from './people-file.ts';

/** The path of a JSON file, the people themselves, or what answers them at each call (it may throw). */
export type LabPeopleSource = string | LabPeopleFile | (() => LabPeopleFile);

export function createLabPeople(source: LabPeopleSource = DEFAULT_PEOPLE): Directory {
  const readSource = createReader(source);
  const read = () => {
    refuseInsideTransaction('lab.people');
    return readSource();
  };
  return {
    findAccount: async (id) => read().accounts.find((it) => it.id === id),
    findByLogin: async (login) => {
      const typed = login.toLowerCase();
      return read().accounts.find((it) => it.login.toLowerCase() === typed);
    },
    async findGroup(name) {
      const { groups } = read();
      return groups.find((it) => it.name === name) ?? groups.find(({ id }) => id === name);
    },
    async listMembers(groupId) {
      const { accounts, unreadable } = read();
      const people = accounts.filter((it) => it.groupIds.includes(groupId));
      return { people, unreadable: unreadable.get(groupId) ?? [] };
    },
    listPeople: async () => read().accounts,
  };
}

interface Population {
  readonly accounts: readonly Account[];
  readonly groups: readonly Group[];
  /** By group id; those of nested groups too. */
  readonly unreadable: ReadonlyMap<string, readonly string[]>;
}

function createReader(source: LabPeopleSource): () => Population {
  if (typeof source === 'string') return createFileReader(source);
  if (typeof source === 'function')
    return () => orNotReachable('lab.people', () => toPopulation(LabPeople.parse(source())));
  const population = toPopulation(LabPeople.parse(source));
  return () => population;
}

function orNotReachable<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new OperationError('directory_not_reachable', 'not_started', { file }, { cause });
  }
}

function createFileReader(file: string): () => Population {
  let last: { readonly version: string; readonly population: Population } | undefined;
  return () =>
    orNotReachable(file, () => {
      const { mtimeMs, size, ino } = statSync(file);
      const version = `${mtimeMs} ${size} ${ino}`;
      if (last?.version !== version) {
        last = { version, population: toPopulation(readPeopleFile(file)) };
      }
      return last.population;
    });
}

function toPopulation({ people, groups }: LabPeople): Population {
  const names = new Set([...groups, ...people].flatMap((it) => it.groups));
  for (const group of groups) names.add(group.name);
  const listed = new Map(groups.map((it) => [it.name, it]));
  const idOf = (name: string) => listed.get(name)?.id ?? `lab-group-${name}`;
  const nested = (name: string): readonly string[] => listed.get(name)?.groups ?? [];
  const unreadable = new Map<string, string[]>();
  for (const group of groups)
    for (const name of withAbove([group.name], nested))
      unreadable.set(idOf(name), [...(unreadable.get(idOf(name)) ?? []), ...group.unreadable]);
  return {
    accounts: people.map((it) => ({
      id: it.id ?? `lab-${it.login}`,
      name: it.name,
      login: it.login,
      state: it.state,
      groupIds: withAbove(it.groups, nested).map(idOf),
    })),
    groups: [...names].map((name) => ({ id: idOf(name), name })),
    unreadable,
  };
}

/** The groups and all that they belong to; a circle ends where it began. */
function withAbove(
  names: readonly string[],
  above: (name: string) => readonly string[],
): readonly string[] {
  const found = new Set<string>();
  const add = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    above(name).forEach(add);
  };
  names.forEach(add);
  return [...found];
}
