import { readFileSync } from 'node:fs';
import type { Connection } from '#core/ports/connection.ts';
import { readAuthorities } from '../trust.ts';
import { createChanger } from './changer.ts';
import type { VcenterConfig } from './config.ts';
import { createEstate } from './estate/estate.ts';
import { createSurroundings } from './estate/surroundings.ts';
import { createHardware } from './hardware.ts';
import { createMaintenance } from './maintenance.ts';
import { createMigration } from './migration.ts';
import { createPower } from './power.ts';
import { createProvisioning } from './provisioning.ts';
import { createSession } from './session.ts';
import { createSoapClient } from './soap/soap-client.ts';
import { createTlsAgent } from './soap/tls-agent.ts';
import { createTasks } from './tasks.ts';

export interface VcenterDeps {
  /** Gives a PEM file's text. */
  readonly readFile: (path: string) => string;
}

const DEPS: VcenterDeps = { readFile: (path) => readFileSync(path, 'utf8') };

/**
 * VMware vCenter through the vSphere Web Services API (SOAP over HTTPS, a user and a password).
 *
 * Speaks to: vCenter Server 6.7, 7 and 8 by API version 6.5; proven on govmomi's simulator alone.
 * Guarantees: the facet contracts. A step's earlier clone is found by its token in the VM's extraConfig, its new disk by
 * the name of its file, a move or a mark by the tasks of the VM or the host.
 * Not covered: a lone ESXi host, vApps as placement, storage policies, Storage DRS, linked clones, moves to another
 * datacenter or vCenter.
 * Sessions are renewed in silence; neither password, cookie, request nor answer stands in an error.
 *
 * @throws Error when `caFile` cannot be read, or holds no certificate.
 */
export function createVcenter(config: VcenterConfig, deps: VcenterDeps = DEPS): Connection {
  const { url, connectTimeoutMs, answerTimeoutMs, caFile, thumbprint, maxConnections } = config;
  const ca = caFile === undefined ? undefined : readAuthorities(deps.readFile(caFile), caFile);
  const agent = createTlsAgent({ ca, thumbprint, maxConnections });
  const soap = createSoapClient({ url, agent, connectTimeoutMs, answerTimeoutMs });
  const session = createSession(soap, config);
  const known = { surroundings: createSurroundings() };
  const changer = createChanger(soap, session);
  const estate = createEstate({ soap, session, known, config });
  const tasks = createTasks(soap, session, config);
  return {
    id: config.id,
    kind: 'vcenter',
    isSimulated: false,
    estate,
    power: createPower(changer),
    hardware: createHardware({ soap, changer, known }),
    provisioning: createProvisioning({ soap, session, changer, estate, known, config }),
    migration: createMigration({ soap, session, changer, tasks, known }),
    maintenance: createMaintenance({ soap, session, changer, tasks }),
    tasks,
    close: async () => {
      // What cannot be logged out within a second, the server forgets by itself.
      await session.end(AbortSignal.timeout(1_000)).catch(() => undefined);
      agent.destroy();
    },
  };
}
