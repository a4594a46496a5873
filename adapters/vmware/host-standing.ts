/** How a host stands: its mark, the task that waits for it to be empty, and what is on it. */
import { OperationError } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { HostedVm, HostStanding } from '#core/ports/moving.ts';
import { HostedVmProperties, StandingHost } from './deed-schema.ts';
import { toPower } from './estate/to-vm.ts';
import type { Wanted } from './filter-spec.ts';
import { assertHostIdentity, throwMissing } from './identity.ts';
import { decodeName } from './names.ts';
import { readObjects, toProperties } from './properties.ts';
import { findEntering, listRunning, TASK_WANTED, toRecentTasks } from './recent-tasks.ts';
import type { ObjectContent } from './schema.ts';
import type { Login } from './session.ts';
import type { SoapClient } from './soap/soap-client.ts';

const WANTED: Wanted = {
  HostSystem: StandingHost,
  VirtualMachine: HostedVmProperties,
  ...TASK_WANTED,
};

/** @throws OperationError `not_the_vm_approved`, `not_found`, `host_unavailable`, `object_unreadable` (not started) */
export async function readStanding(
  soap: SoapClient,
  login: Login,
  { host, signal }: { readonly host: ObjectRef; readonly signal: AbortSignal },
): Promise<HostStanding> {
  const toVms = { name: 'vms', type: 'HostSystem', path: 'vm', skip: false };
  const object = { type: 'HostSystem', value: host.handle };
  const starts = [{ object, reach: [toVms, toRecentTasks('HostSystem')] }];
  const contents = await readObjects(soap, login, { wanted: WANTED, starts, signal }).catch(
    (error) => throwMissing(error, { host: host.handle }),
  );
  const content = contents.find(({ obj }) => obj.value === host.handle);
  // What is known of a host that is away is what it last said (H09).
  assertHostIdentity(content, host);
  const properties = content ? toProperties(StandingHost, content).properties : {};
  return { ...toMark(properties, contents, host), vms: toHostedVms(properties, contents, host) };
}

type Properties = Partial<(typeof StandingHost)['_output']>;

/** A task that cannot be read might be the one that waits: then the host is not called free. */
function toMark(
  { 'runtime.inMaintenanceMode': isIn, recentTask }: Properties,
  contents: readonly ObjectContent[],
  host: ObjectRef,
): Pick<HostStanding, 'mark' | 'task'> {
  if (isIn === true) return { mark: 'in' };
  const running = listRunning(recentTask, contents);
  const task = findEntering(running);
  if (task !== undefined) return { mark: 'entering', task };
  if (isIn === false && running.isWhole) return { mark: 'none' };
  throw new OperationError('object_unreadable', 'not_started', { host: host.handle });
}

function toHostedVms(
  { vm }: Properties,
  contents: readonly ObjectContent[],
  host: ObjectRef,
): readonly HostedVm[] {
  if (!vm) throw new OperationError('object_unreadable', 'not_started', { host: host.handle });
  return contents.flatMap((content) => {
    if (content.obj.type !== 'VirtualMachine') return [];
    const { properties } = toProperties(HostedVmProperties, content);
    if (properties['summary.config.template'] === true) return [];
    const { value: handle } = content.obj;
    const identity = properties['summary.config.instanceUuid'] || undefined;
    const name = decodeName(properties.name ?? handle);
    return [{ handle, identity, name, power: toPower(properties) }];
  });
}
