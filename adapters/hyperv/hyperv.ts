import { readFileSync } from 'node:fs';
import type { Clock } from '#core/ports/clock.ts';
import type { Connection } from '#core/ports/connection.ts';
import { readAuthorities } from '../trust.ts';
import { type HypervConfig, toWinrmConfig } from './config.ts';
import { createEstate } from './estate/estate.ts';
import { type Known, NO_READING } from './estate/readings.ts';
import { createHardware } from './hardware.ts';
import { createHosts, type HypervHost } from './hosts.ts';
import { withForeignMoves } from './moving/foreign-moves.ts';
import { createMaintenance } from './moving/maintenance.ts';
import { createMigration } from './moving/migration.ts';
import { createPlaces } from './places.ts';
import { createPower } from './power.ts';
import { createProvisioning } from './provisioning.ts';
import { createRuns } from './runs.ts';
import { createScripting, type FacetParts } from './scripting/scripting.ts';
import { readSetUps } from './set-up/read-set-up.ts';
import type { TurnsInAll } from './winrm/turns.ts';
import { createWinrm } from './winrm/winrm.ts';

export interface HypervDeps {
  readonly clock: Clock;
  /** Shared by all connections. */
  readonly turnsInAll: TurnsInAll;
  /** Gives the text of a file that the configuration names. */
  readonly readFile?: (path: string) => string;
}

/**
 * Stand-alone Hyper-V hosts, or a failover cluster, through PowerShell over WinRM (HTTPS with NTLM or Kerberos).
 *
 * Speaks to: the modules Hyper-V and FailoverClusters, Windows Server 2016 to 2025 by their documented cmdlets; proven on
 * real PowerShell over a model of hosts, never on Windows.
 * Guarantees: the facet contracts. A step's VM is found by its token in the folder and in the notes; one script at a time
 * works on a token, whatever became of who sent it. A move goes on without who ordered it, and is found by its VM.
 * Not covered: JEA, SMB shares as datastores, shared VHD sets, passed-through disks, checkpoints of a VM that is deleted.
 *
 * @throws Error when `caFile` cannot be read, or holds no certificate; SetUpRefused for a file of a template's `setUp`.
 */
export function createHyperv(config: HypervConfig, deps: HypervDeps): Connection {
  const { clock, turnsInAll, readFile = (path: string) => readFileSync(path, 'utf8') } = deps;
  const { id, caFile } = config;
  const ca = caFile === undefined ? undefined : readAuthorities(readFile(caFile), caFile);
  const setUps = readSetUps(config.templates, readFile);
  const toHost = (address: string): HypervHost => ({
    host: address,
    scripts: createWinrm(toWinrmConfig(config, address, ca), { clock, turnsInAll }),
  });
  const all = config.hosts.map(toHost);
  const hosts = createHosts(all);
  const known: Known = { reading: NO_READING };
  const runs = createRuns(id, clock);
  const estate = createEstate({ hosts, config, clock, setUps }, known);
  const toFacets = (parts: FacetParts) => {
    const places = createPlaces({ hosts: parts.hosts, known, config });
    return {
      power: createPower(parts.hosts, parts.runs),
      hardware: createHardware(parts.hosts, parts.runs, places),
      provisioning: createProvisioning({ ...parts, places, config, setUps }),
      migration: createMigration({ ...parts, places, config }),
      maintenance: createMaintenance(parts, id),
    };
  };
  return {
    ...{ id, kind: 'hyperv', isSimulated: false, estate },
    ...toFacets({ hosts, runs, estate }),
    scripting: createScripting({ id, hosts, estate, toFacets }),
    tasks: withForeignMoves(id, hosts, runs.tasks),
    close: async () => {
      runs.leave();
      const ended = Promise.allSettled(all.map(({ scripts }) => scripts.close()));
      // What is not ended within a second, the hosts end by themselves.
      await Promise.race([ended, clock.pause(1000, new AbortController().signal)]);
    },
  };
}
