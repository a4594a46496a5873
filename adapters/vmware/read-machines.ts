/** Which machines a vCenter, or a lone ESXi host, shows: for `drover doctor`, and nothing else is read. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Machine } from '#core/inventory/same-machine.ts';
import { readAuthorities } from '../trust.ts';
import type { VcenterConfig } from './config.ts';
import { findHostUuid } from './estate/to-parts.ts';
import { toReadError } from './faults.ts';
import { IN_VIEW } from './filter-spec.ts';
import { decodeName } from './names.ts';
import { readObjects, toProperties } from './properties.ts';
import type { ObjectContent } from './schema.ts';
import { createSession, type Login } from './session.ts';
import { createSoapClient, type SoapClient } from './soap/soap-client.ts';
import { createTlsAgent } from './soap/tls-agent.ts';
import { withView } from './views.ts';

const HostMachine = z.object({
  name: z.string().optional(),
  'summary.hardware': z.object({ uuid: z.string().optional() }).optional(),
});

/** What cannot be logged out by then, the server forgets by itself. */
const LOG_OUT_WITHIN_MS = 1000;

/**
 * Logs in, reads, and logs out.
 *
 * @throws Error when `caFile` cannot be read, or holds no certificate. What it answers rejects with OperationError.
 */
export function createMachineReader(
  config: VcenterConfig,
): (signal: AbortSignal) => Promise<readonly Machine[]> {
  const { url, connectTimeoutMs, answerTimeoutMs, caFile, thumbprint } = config;
  const ca =
    caFile === undefined ? undefined : readAuthorities(readFileSync(caFile, 'utf8'), caFile);
  return async (signal) => {
    const agent = createTlsAgent({ ca, thumbprint, maxConnections: 2 });
    const soap = createSoapClient({ url, agent, connectTimeoutMs, answerTimeoutMs });
    const session = createSession(soap, config);
    try {
      return await session.run((login) => readMachines(soap, login, signal), signal);
    } catch (error) {
      throw toReadError(error, { connection: config.id });
    } finally {
      await session.end(AbortSignal.timeout(LOG_OUT_WITHIN_MS)).catch(() => undefined);
      agent.destroy();
    }
  };
}

function readMachines(soap: SoapClient, login: Login, signal: AbortSignal): Promise<Machine[]> {
  return withView(soap, login, { types: ['HostSystem'], signal }, async (object) => {
    const starts = [{ object, skip: true, reach: [IN_VIEW] }];
    const read = { wanted: { HostSystem: HostMachine }, starts, signal };
    return (await readObjects(soap, login, read)).map(toMachine);
  });
}

function toMachine(content: ObjectContent): Machine {
  const { properties } = toProperties(HostMachine, content);
  const name = decodeName(properties.name ?? content.obj.value);
  return { name, machineId: findHostUuid(properties) };
}
