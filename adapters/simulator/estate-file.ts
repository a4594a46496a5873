/**
 * The estate file: which platforms the lab has, and what stands on them (`docs/lab.md`).
 *
 * What is absent the platform does not show: it is unknown, not zero and not off. References are by `id`, or by a name
 * that only one object of its kind bears.
 */
import { z } from 'zod';
import { POWER_STATES } from '#core/inventory/estate-object.ts';
import { VM_PRIORITIES } from '#core/inventory/vm-parts.ts';
import { checkReferences } from './estate-references.ts';
import { parseLabFile, readLabFile } from './lab-file.ts';
import { Size } from './size.ts';

const named = {
  /** The handle; given by the lab when absent. */
  id: z.string().min(1).optional(),
  /** For life; made from the handle when absent, not shown when null. */
  identity: z.string().min(1).nullable().optional(),
  name: z.string(),
  unreadable: z.string().optional(),
};

const Rule = z.strictObject({
  name: z.string(),
  kind: z.enum(['together', 'apart', 'on', 'not_on']),
  isMandatory: z.boolean(),
  vms: z.array(z.string()),
  hosts: z.array(z.string()).optional(),
});

const Cluster = z.strictObject({
  ...named,
  automation: z.enum(['full', 'partial', 'off']).optional(),
  rules: z.array(Rule).optional(),
});

const count = z.int().min(1).optional();
const MoveLimits = z.strictObject({
  movesPerHost: count,
  storageMovesPerHost: count,
  storageMovesPerDatastore: count,
});

const Host = z.strictObject({
  ...named,
  cluster: z.string().optional(),
  state: z.enum(['connected', 'disconnected', 'not_responding', 'unknown']).default('connected'),
  platformState: z.string().optional(),
  inMaintenance: z.boolean().optional(),
  cpuCores: z.int().min(1).optional(),
  cpuUsedShare: z.number().min(0).max(1).optional(),
  memory: Size.optional(),
  memoryUsed: Size.optional(),
  cpuVendor: z.string().optional(),
  machineId: z.string().optional(),
  moveLimits: MoveLimits.optional(),
  datastores: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
});

const Datastore = z.strictObject({
  ...named,
  type: z.string().optional(),
  capacity: Size.optional(),
  free: Size.optional(),
  accessible: z.boolean().optional(),
  inMaintenance: z.boolean().optional(),
  isLocal: z.boolean().optional(),
});

const Network = z.strictObject({
  ...named,
  type: z.enum(['standard', 'distributed', 'opaque', 'switch', 'other']),
  switch: z.string().optional(),
  vlan: z.string().optional(),
  isUplink: z.boolean().optional(),
});

const FolderPath = z.string().startsWith('/');
const Folder = z.union([
  FolderPath,
  z.strictObject({ ...named, name: z.string().optional(), path: FolderPath }),
]);

const Disk = z.strictObject({
  key: z.string(),
  label: z.string(),
  size: Size.optional(),
  file: z.string().optional(),
  datastore: z.string().optional(),
  inOwnFolder: z.boolean().optional(),
  shared: z.boolean().optional(),
  isRaw: z.boolean().optional(),
});

const Nic = z.strictObject({
  key: z.string(),
  label: z.string(),
  network: z.string().optional(),
  networkName: z.string().optional(),
  macAddress: z.string().optional(),
  connected: z.boolean().optional(),
  vlan: z.int().min(0).max(4094).optional(),
  vmqWeight: z.int().min(0).max(100).optional(),
});

const hardware = {
  ...named,
  folder: z.string().optional(),
  host: z.string().optional(),
  datastore: z.string().optional(),
  cpus: z.int().min(1).optional(),
  memory: Size.optional(),
  guestOs: z.string().optional(),
  disks: z.array(Disk).default([]),
  nics: z.array(Nic).default([]),
  snapshotCount: z.int().min(0).optional(),
  /** The guest tools run whenever it is on. */
  hasTools: z.boolean().optional(),
};

const Template = z.strictObject(hardware);

const Tie = z.strictObject({
  what: z.enum(['passthrough', 'local_image', 'setting']),
  label: z.string(),
});

const Vm = z.strictObject({
  ...hardware,
  power: z.enum(POWER_STATES).default('unknown'),
  platformState: z.string().optional(),
  isReachable: z.boolean().default(true),
  role: z.enum(['vm', 'replica']).optional(),
  guestTools: z.enum(['running', 'not_running']).optional(),
  ipAddresses: z.array(z.string()).optional(),
  question: z.string().optional(),
  ties: z.array(Tie).optional(),
  priority: z.enum(VM_PRIORITIES).optional(),
  isHighlyAvailable: z.boolean().optional(),
  memoryDemand: Size.optional(),
  cpuDemandCores: z.number().min(0).optional(),
  stepToken: z.string().optional(),
  /** The guest takes the wish to shut down and stays on. */
  ignoresShutdown: z.boolean().optional(),
});

const EstateConnection = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'Small letters, digits and hyphens.'),
    kind: z.enum(['vcenter', 'hyperv']),
    product: z.string().optional(),
    /** Made at random for a new lab when absent. */
    identity: z.string().optional(),
    clusters: z.array(Cluster).default([]),
    hosts: z.array(Host).default([]),
    datastores: z.array(Datastore).default([]),
    networks: z.array(Network).default([]),
    folders: z.array(Folder).default([]),
    templates: z.array(Template).default([]),
    vms: z.array(Vm).default([]),
  })
  .superRefine((connection, context) =>
    checkReferences(connection, (path, message) =>
      context.addIssue({ code: 'custom', path: [...path], message }),
    ),
  );
export type EstateConnection = z.output<typeof EstateConnection>;
export type EstateConnectionFile = z.input<typeof EstateConnection>;

export const EstateFile = z
  .strictObject({ connections: z.array(EstateConnection).min(1) })
  .refine(
    ({ connections }) => new Set(connections.map((it) => it.id)).size === connections.length,
    { path: ['connections'], message: 'Two connections have the same id.' },
  );
/** As it is written. */
export type EstateFile = z.input<typeof EstateFile>;

const SETTING = 'lab.estate';

/** @throws OperationError `request_invalid` with all faults, each with its path. */
export function readEstateFile(file: string): readonly EstateConnection[] {
  return readLabFile({ setting: SETTING, file }, EstateFile).connections;
}

/** @throws OperationError `request_invalid` with all faults, each with its path. */
export function parseEstate(content: unknown): readonly EstateConnection[] {
  return parseLabFile({ setting: SETTING, file: SETTING }, content, EstateFile).connections;
}
