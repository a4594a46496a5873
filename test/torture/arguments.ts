/** What `npm run torture` is asked for. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { projectFolder } from '#test/helpers/peers/vcenter-build.ts';

export const BEDS = [
  ...(['sqlite', 'postgres', 'vcsim', 'hyperv', 'chat'] as const),
  ...(['evacuation', 'evacuation-vcsim', 'evacuation-hyperv'] as const),
] as const;
export type BedName = (typeof BEDS)[number];

/** What a control switches off; it must then report violations, or the torture proves nothing. */
export const CONTROLS = ['look', 'epoch', 'inbox', 'note', 'adopt'] as const;
export type Control = (typeof CONTROLS)[number];
/** Nothing else than a chat has these guards. */
const OF_CHATS: ReadonlySet<string | undefined> = new Set<Control>(['note', 'adopt']);

/** Random instants without `N`. */
const CI_SIZE = 10;
export const FULL_SIZE = 60;

export const USAGE = `npm run torture -- <${BEDS.join('|')}> [N] [--control ${CONTROLS.join('|')}] [--seed TEXT]

Kills Drover with kill -9 at each named seam once and at N random instants (${CI_SIZE}, the CI size, when left out; ${FULL_SIZE} is the
full size, with each way through the chats, each deed on Hyper-V), starts it again, and asks what must hold. The seed is the commit when it is left out.
An evacuation empties a host of 20 VMs, or is cancelled on the way: on the lab with SQLite and PostgreSQL, and on vcsim and
(6 VMs) Hyper-V, whose full size is 10. Of the controls, note and adopt are for chat alone.`;

export interface Arguments {
  readonly bed: BedName;
  readonly instants: number;
  readonly control?: Control | undefined;
  /** As it is printed, and given again with `--seed`. */
  readonly seed: string;
}

/** Undefined when it cannot be understood. */
export function readArguments(argv: readonly string[]): Arguments | undefined {
  try {
    const { positionals, values } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { control: { type: 'string' }, seed: { type: 'string' } },
    });
    return toArguments(positionals, values);
  } catch {
    return undefined;
  }
}

function toArguments(
  [name, size, ...more]: readonly string[],
  values: { readonly control?: string | undefined; readonly seed?: string | undefined },
): Arguments | undefined {
  const bed = BEDS.find((it) => it === name);
  const control = CONTROLS.find((it) => it === values.control);
  const isSizeOdd = size !== undefined && !/^\d{1,4}$/.test(size);
  if (!bed || isSizeOdd || more.length > 0 || values.control !== control) return undefined;
  if (bed !== 'chat' && OF_CHATS.has(control)) return undefined;
  return {
    bed,
    instants: size === undefined ? CI_SIZE : Number(size),
    control,
    seed: values.seed ?? readCommit() ?? 'no commit',
  };
}

/** New with each commit, so that every run of CI kills at other instants, and the same ones again when asked. */
function readCommit(): string | undefined {
  try {
    const options = { cwd: projectFolder, encoding: 'utf8', stdio: 'pipe' } as const;
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], options).trim();
  } catch {
    return undefined;
  }
}

export function toSeedNumber(seed: string): number {
  return createHash('sha256').update(seed).digest().readUInt32BE();
}
