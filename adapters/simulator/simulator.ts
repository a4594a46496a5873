/**
 * The lab: simulated platforms for a first run, demonstrations, tests and benches.
 *
 * Speaks to: nobody. The world and its tasks stand in a SQLite file of their own and go on by time while Drover is not
 * running, as platforms do. One process has the file open.
 * Guarantees: the facet contracts; places, sizes, names and states are enforced as platforms do; a step's earlier work
 * is found by its token on the VM.
 * Not covered: guests' insides; thin disks (a disk takes its full size); the room on disk that saved memory takes; a
 * network that many moves share.
 */
import { randomUUID } from 'node:crypto';
import type { Connection } from '#core/ports/connection.ts';
import type { Directory } from '#core/ports/directory.ts';
import {
  createHardwareFacet,
  createPowerFacet,
  createProvisioningFacet,
  type FacetParts,
} from './change-facets.ts';
import { type LabClock, machineClock } from './clock.ts';
import { makeDefaultEstate } from './default-estate.ts';
import { createEstateFacet } from './estate-facet.ts';
import {
  type EstateConnection,
  type EstateFile,
  parseEstate,
  readEstateFile,
} from './estate-file.ts';
import { type LabFault, planFaults } from './fault-list.ts';
import { createLabFaults, type LabFaults } from './faults.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { createLabPeople, type LabPeopleSource } from './lab-people.ts';
import { loadEstate } from './load-estate.ts';
import { createMaintenanceFacet, createMigrationFacet } from './moving-facets.ts';
import { createPlannedFaults } from './planned-faults.ts';
import type { LabTask } from './task.ts';
import { createTaskEngine } from './task-engine.ts';
import { createTaskFacet } from './task-facet.ts';
import { createTaskWatches } from './task-watches.ts';
import { type NewPlatform, openWorld, type World } from './world.ts';
import type { KeptFile } from './world-object.ts';
import { openWorldStore, toNumber } from './world-store.ts';

export interface LabOptions {
  /** The lab's own SQLite file, or `:memory:`. */
  readonly file: string;
  /** How many times faster than real machines; 0: everything at once. 10 by default. */
  readonly speed?: number | undefined;
  readonly seed?: number | undefined;
  /** An estate, or the path of an estate file; only for a lab that is new. */
  readonly estate?: string | EstateFile | undefined;
  /** Platforms as they are, instead of an estate. */
  readonly platforms?: readonly NewPlatform[] | undefined;
  readonly people?: LabPeopleSource | undefined;
  readonly faults?: readonly LabFault[] | undefined;
  readonly clock?: LabClock | undefined;
  /** Milliseconds of what is ordered with that token, whatever the speed. */
  readonly durationOf?: ((stepToken: string) => number | undefined) | undefined;
  /** Nobody is told how far a task is. */
  readonly isQuiet?: boolean | undefined;
}

export interface Lab {
  readonly connections: readonly Connection[];
  readonly directory: Directory;
  readonly faults: LabFaults;
  /** Every task that the platforms ever accepted, oldest first: what really happened, and how often. */
  history(): readonly LabTask[];
  /** Files of disks that were taken off VMs and not deleted. */
  keptFiles(connectionId: string): readonly KeptFile[];
  close(): Promise<void>;
}

/**
 * @throws OperationError `storage_in_use`, `storage_unfit`; `request_invalid` with all faults of the estate file.
 */
export function createLab(options: LabOptions): Lab {
  const { clock = machineClock, speed = 10, durationOf, isQuiet } = options;
  const directory = createLabPeople(options.people);
  const world = openFile(options);
  const planned = createPlannedFaults();
  const watches = createTaskWatches(world);
  const engine = createTaskEngine({ world, clock, watches, pace: { speed, durationOf }, isQuiet });
  engine.settle();

  const forgotten = new Map<string, number>();
  const isForgotten = (task: LabTask) =>
    toNumber(task.id) <= (forgotten.get(task.connectionId) ?? 0);
  const gateways = new Map<string, Gateway>();
  const connections = world.connectionIds.map((connectionId) => {
    const settle = () => engine.settle();
    const gateway = createGateway({ connectionId, faults: planned, settle });
    gateways.set(connectionId, gateway);
    const parts = { connectionId, world, gateway, engine, watches, isForgotten };
    return createConnection(parts, createTaskFacet(parts));
  });
  const faults = createLabFaults({
    planned,
    world,
    engine,
    clock,
    gatewayOf: (id) => found(gateways.get(id), id),
    forgetTasks: (id) => forgotten.set(id, world.newestTask()),
  });
  planFaults(faults, options.faults ?? []);

  return {
    connections,
    directory,
    faults,
    history: () => world.allTasks(),
    keptFiles: (id) =>
      [...world.view(id).list('datastore')].flatMap((it) => it.inside?.keptFiles ?? []),
    async close() {
      engine.close();
      for (const gateway of gateways.values()) gateway.cut('not_reachable');
      world.close();
    },
  };
}

function createConnection(parts: FacetParts, tasks: NonNullable<Connection['tasks']>): Connection {
  const { connectionId, world, gateway } = parts;
  return {
    id: connectionId,
    kind: world.view(connectionId).platform.kind,
    isSimulated: true,
    estate: createEstateFacet(connectionId, world, gateway),
    power: createPowerFacet(parts),
    hardware: createHardwareFacet(parts),
    provisioning: createProvisioningFacet(parts),
    migration: createMigrationFacet(parts),
    maintenance: createMaintenanceFacet(parts),
    tasks,
    close: async () => gateway.lose('session_lost'),
  };
}

const PRODUCTS = {
  vcenter: 'VMware vCenter Server 8.0.3 (lab)',
  hyperv: 'Windows Server 2025 failover cluster (lab)',
} as const;

function openFile(options: LabOptions): World {
  const store = openWorldStore(options.file);
  try {
    return openWorld(store, () => options.platforms ?? makePlatforms(options));
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Asked for a lab that is new; one that has been made keeps what happened in it. */
function makePlatforms({ estate, seed = 1 }: LabOptions): readonly NewPlatform[] {
  return readEstate(estate, seed).map((connection) => {
    const { id, kind, product = PRODUCTS[kind], identity = randomUUID() } = connection;
    return {
      platform: { id, kind, product, identity, epoch: 1 },
      objects: loadEstate(connection),
    };
  });
}

function readEstate(estate: LabOptions['estate'], seed: number): readonly EstateConnection[] {
  if (typeof estate === 'string') return readEstateFile(estate);
  return parseEstate(estate ?? makeDefaultEstate(seed));
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`The lab has no connection ${name}.`);
  return value;
}
