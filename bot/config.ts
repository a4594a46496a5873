/**
 * `drover.yaml`: read once, checked whole, every fault at once by path and line.
 *
 * Unknown keys are refused. Secrets stand only as `${env:NAME}` or `${file:path}`. A configuration that would open a
 * door is refused at start.
 */
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { ActiveDirectoryConfig } from '#adapters/active-directory/config.ts';
import { HypervConfig } from '#adapters/hyperv/config.ts';
import { LabConfig } from '#adapters/simulator/config.ts';
import { readPeopleFile } from '#adapters/simulator/people-file.ts';
import { readAuthorities } from '#adapters/trust.ts';
import { VcenterConfig } from '#adapters/vmware/config.ts';
import { listBrokenFiles, listBrokenPeople } from './config/broken-files.ts';
import { type ConfigFault, ConfigRefused } from './config/config-fault.ts';
import { mendNames } from './config/mend-names.ts';
import { NoticedConfig } from './config/noticed-config.ts';
import { listOpenDoors } from './config/open-doors.ts';
import { PlacementConfig } from './config/placement-config.ts';
import { readYaml, type YamlFile } from './config/read-yaml.ts';
import { type Readable, toReadable } from './config/readable.ts';
import { PolicyConfig, RoleConfig } from './config/rules-config.ts';
import { isSection } from './config/schema-at.ts';
import { NO_WORDS, toSchemaFaults } from './config/schema-faults.ts';
import {
  isDecodable,
  isOfUnresolved,
  isShowable,
  resolveSecrets,
  type SecretSources,
} from './config/secrets.ts';
import { listUnknownConnections } from './config/unknown-connections.ts';
import { listUnknownNames } from './config/unknown-names.ts';
import { SlackConfig } from './slack/config.ts';
import { TeamsConfig } from './teams/config.ts';
import { CONFIG_WORDS } from './words/en/config-words.ts';

const ConnectionConfig = z.discriminatedUnion('kind', [VcenterConfig, HypervConfig]);
export type ConnectionConfig = z.output<typeof ConnectionConfig>;

export const Config = z.strictObject({
  console: z
    .strictObject({
      port: z.int().min(0).max(65_535).optional(),
      /** Where people reach it from elsewhere, behind a proxy that ends TLS: `https://drover.corp.example`. */
      url: z.url({ protocol: /^https$/ }).optional(),
    })
    .transform(({ port, url }) => ({ port: port ?? 7077, isPortChosen: port !== undefined, url }))
    .prefault({}),
  /** An IANA zone, in which times are shown; the machine's when left out. */
  timeZone: z
    .string()
    .refine(isTimeZone, { error: ({ input }) => CONFIG_WORDS.unknownTimeZone(String(input)) })
    .optional(),
  log: z
    .strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') })
    .prefault({}),
  database: z
    .strictObject({
      /** `postgresql://…`; left out: SQLite in the data folder. */
      url: z
        .url({ protocol: /^postgres(ql)?$/ })
        .refine(isDecodable, { error: CONFIG_WORDS.brokenEscape })
        .optional(),
      connections: z.int().min(2).max(100).default(10),
    })
    .prefault({}),
  audit: z
    .strictObject({
      /** Where the head of the audit chain is kept outside the database; beside the data folder when left out. */
      anchorFile: z.string().min(1).optional(),
    })
    .prefault({}),
  /** Who is who. Without it, the lab's own people. */
  directory: ActiveDirectoryConfig.optional(),
  slack: SlackConfig.optional(),
  teams: TeamsConfig.optional(),
  links: z
    .strictObject({
      /** A link must be proven anew after so many days; 0: never. */
      confirmEveryDays: z.int().min(0).max(3650).default(0),
    })
    .prefault({}),
  lab: LabConfig.extend({
    /** False: only the lab's people, for connections on this machine. */
    connections: z.boolean().default(true),
  }).optional(),
  connections: z.array(ConnectionConfig).default([]),
  /** VMs that Drover itself needs, where their guests' addresses do not show it: a name as `vm list` shows it. */
  ownVms: z
    .array(z.strictObject({ connection: z.string().min(1), vm: z.string().min(1) }))
    .default([]),
  placement: PlacementConfig.prefault({}),
  /** How many of Drover's own tasks run at once. */
  limits: z
    .strictObject({
      clonesPerHost: z.int().min(1).max(64).default(2),
      clonesPerDatastore: z.int().min(1).max(64).default(4),
      tasksPerConnection: z.int().min(1).max(500).default(32),
      /** Left out: as the platform, or the host itself, says. */
      movesPerHost: z.int().min(1).max(64).optional(),
      fileMovesPerHost: z.int().min(1).max(64).optional(),
      fileMovesPerDatastore: z.int().min(1).max(128).optional(),
    })
    .prefault({}),
  jobs: z
    .strictObject({
      /** So many hours after it was agreed to, an ended job may still be retried; then it is asked for anew. */
      retryWithinHours: z.int().min(1).max(720).default(24),
    })
    .prefault({}),
  /** What operators are told by itself. */
  noticed: NoticedConfig.prefault({}),
  roles: z.array(RoleConfig).default([]),
  policies: z.array(PolicyConfig).default([]),
});
export type Config = z.output<typeof Config>;

export interface LoadedConfig {
  readonly config: Config;
  /** Lines of roles and rules, in their order. */
  readonly lineOf: (path: readonly (string | number)[]) => number;
  readonly file: string;
}

/** @throws ConfigRefused with every fault. */
export function loadConfig(source: YamlFile, secrets: SecretSources): LoadedConfig {
  const yaml = readYaml(source);
  const mended = mendNames(Config, yaml.value);
  const resolved = resolveSecrets(mended.value, secrets);
  const parsed = Config.safeParse(resolved.value, { error: () => NO_WORDS });
  const readable = toReadable(parsed.success ? parsed.data : resolved.value);
  const inFile = (fault: ConfigFault) => ({ ...fault, path: mended.toWritten(fault.path) });
  const checked = { schema: Config, value: resolved.value, mayShow: isShowable };
  const ofSchema = toSchemaFaults(parsed.error?.issues ?? [], checked).filter(
    (fault) => !mended.isUntold(fault.path) && !isOfUnresolved(fault, resolved.faults),
  );
  const { readBeside } = secrets;
  const faults: ConfigFault[] = [
    ...mended.faults,
    ...[
      ...resolved.faults,
      ...ofSchema,
      ...listBrokenFiles(readable, { readBeside, readAuthorities }),
      ...listUnknownNames(readable),
    ].map(inFile),
    // What parts say of each other says nothing while one of them was not read.
    ...(yaml.isRead([]) && isSection(yaml.value) && mended.misplaced.length === 0
      ? listBetween(readable).map(inFile)
      : []),
  ].filter(({ path }) => yaml.isRead(path));
  const at = (path: ConfigFault['path']) => ({ path, line: yaml.lineOf(path) });
  const withLine = (fault: ConfigFault) => ({ ...fault, line: yaml.lineOf(fault.path) });
  const told = faults.map(withLine).filter((fault) => !isBehind(fault, mended.misplaced.map(at)));
  const all = withoutRepeats([...yaml.faults, ...told]);
  const listAlong = () => {
    if (!readBeside || !yaml.isRead([]) || mended.misplaced.length > 0) return [];
    const readPeople = (path: string) => readPeopleFile(toBeside(source.name, path));
    return listBrokenPeople(readable, readPeople).map(inFile).map(withLine);
  };
  if (all.length > 0 || !parsed.success)
    throw new ConfigRefused(source.name, [...all, ...listAlong()]);
  return { config: parsed.data, lineOf: yaml.lineOf, file: source.name };
}

/** Files are named from where the configuration stands. */
export function toBeside(configFile: string, path: string): string {
  return resolve(dirname(resolve(configFile)), path);
}

type Told = Required<Pick<ConfigFault, 'path'>> & { readonly line: number };

/** Of a section that stands too deep, the rest is read as what it stands in. */
function isBehind({ path, line }: Told, misplaced: readonly Told[]): boolean {
  return misplaced.some((one) => one.path[0] === path[0] && line > one.line);
}

/** A number that is too big for its limits may be too big for a number as well. */
function withoutRepeats(faults: readonly ConfigFault[]): ConfigFault[] {
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}

function listBetween(readable: Readable): ConfigFault[] {
  return [...listOpenDoors(readable), ...listUnknownConnections(readable)];
}
