/**
 * The contract of the connection port, for every adapter: what a caller may rely on, whatever the platform.
 *
 * An adapter's test opens a platform with the places below and calls `describeConnection`. A facet that the connection
 * does not have is left out, and said.
 */
import { describe, it } from 'node:test';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { Connection } from '#core/ports/connection.ts';
import { runInsideTransaction } from '#core/ports/inside-transaction.ts';
import { assertFails, patience } from './connection-contract-actors.ts';
import { describeEstate } from './connection-contract-estate.ts';
import { describeHardware } from './connection-contract-hardware.ts';
import { describeMaintenance } from './connection-contract-maintenance.ts';
import { describeMigration } from './connection-contract-migration.ts';
import { describeMoveLooks } from './connection-contract-move-looks.ts';
import { describePower } from './connection-contract-power.ts';
import { describeProvisioning } from './connection-contract-provisioning.ts';
import { describeSave } from './connection-contract-save.ts';
import { describeTasks } from './connection-contract-tasks.ts';

/** What the opened platform must be like. */
export interface ContractNeed {
  /** At least so many VMs; 8 when absent. */
  readonly vms?: number;
  /** A clone or a move takes about a second, so that it can be watched and cancelled. Else as fast as it goes. */
  readonly isSlow?: boolean;
}

/** Names on the opened platform; none of them twice. */
export interface ContractPlaces {
  /** Usable from `host`; one disk and one NIC at least, no snapshot. */
  readonly template: string;
  /** Path of a folder without a VM called `contract-…`. */
  readonly folder: string;
  /** Connected, with room for a VM of 2 GiB. */
  readonly host: string;
  /** `host` sees it; 200 GiB free. */
  readonly datastore: string;
  /** `host` has it; not the template's own. */
  readonly network: string;
  /** On, with running guest tools and a guest that shuts down when asked. */
  readonly running: string;
  /** On, without guest tools. */
  readonly withoutTools: string;
  /** Off, on a host that can start it; two disks. */
  readonly stopped: string;
  /** Of which nothing can be asked now, if the platform can have such a one. */
  readonly unreachable?: string;
  /** Without them, the facets that move VMs and empty hosts are left out, and that is said. */
  readonly moving?: MovingPlaces;
}

/** What moves need; `host`, `datastore` and `network` are those of `ContractPlaces`. */
export interface MovingPlaces {
  /** On, on `host`, with guest tools; all its files on `datastore`, its NICs on `network`; nothing ties it. */
  readonly movable: string;
  /** In the cluster of `host`, sees the same, has room for `movable`; no VM is on it. */
  readonly otherHost: string;
  /** `host` and `otherHost` see it; room for `movable`. */
  readonly otherDatastore: string;
  /** On, on `host`, and a tie says that it stays there. */
  readonly pinned?: string;
  /** Connected, sees `datastore`, and does not have `network`. */
  readonly withoutNetwork?: string;
  /** The platform knows it and cannot reach it. */
  readonly awayHost?: string;
  /** A connected host that shares no datastore with `host` and has `network`, and a datastore that it sees. */
  readonly apart?: { readonly host: string; readonly datastore: string };
  /** A host that the platform cannot mark. */
  readonly unmarkable?: string;
}

/** What happens to a platform without the adapter. */
export interface Elsewhere {
  deleteVm(vm: ObjectRef): Promise<void>;
  powerOn(vm: ObjectRef): Promise<void>;
}

export interface OpenedConnection extends AsyncDisposable {
  readonly connection: Connection;
  readonly places: ContractPlaces;
  readonly elsewhere: Elsewhere;
  /** The platform has no number that rises with what happens on it. */
  readonly numbersNoEvents?: true;
  /** How many moves the platform was asked for since it was opened, where that is recorded. */
  countMoves?(): number | Promise<number>;
  /** The next change that is sent is carried out by the platform, and its answer never arrives. */
  loseNextAnswer(): void | Promise<void>;
  /** Nothing can be reached any more. */
  cutOff(): void | Promise<void>;
}

export type OpenConnection = (need: ContractNeed) => Promise<OpenedConnection>;

const FACETS = {
  estate: describeEstate,
  power: describePower,
  save: describeSave,
  provisioning: describeProvisioning,
  hardware: describeHardware,
  migration(open: OpenConnection) {
    describeMigration(open);
    describeMoveLooks(open);
  },
  maintenance: describeMaintenance,
  tasks: describeTasks,
} as const;
export type ContractFacet = keyof typeof FACETS;

/** `facets`: where one file would take too long, others have the rest. What holds of all goes with `estate`. */
export function describeConnection(
  name: string,
  open: OpenConnection,
  facets = Object.keys(FACETS) as readonly ContractFacet[],
): void {
  describe(`the connection contract on ${name}`, () => {
    for (const facet of facets) FACETS[facet](open);
    if (facets.includes('estate')) describeReach(open);
  });
}

function describeReach(open: OpenConnection): void {
  describe('reach', () => {
    it('is refused inside a transaction', async () => {
      await using opened = await open({});
      const { estate } = opened.connection;

      const inside = runInsideTransaction(() => estate.identify(patience()));

      await assertFails(inside, 'not_started', 'called_inside_transaction');
      await estate.identify(patience());
    });

    it('says not started when nothing could be reached', async () => {
      await using opened = await open({});
      const { connection } = opened;
      await connection.estate.identify(patience());

      await opened.cutOff();

      const reading = connection.estate.read({ kind: 'vm', handle: 'vm-1' }, patience());
      await assertFails(reading, 'not_started', 'not_reachable');
    });
  });
}
