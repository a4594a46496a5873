/** @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.VirtualMachine.html#clone */
import { OperationError } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type {
  CloneRequest,
  EstateFacet,
  ProvisioningFacet,
  TaskRef,
} from '#core/ports/connection.ts';
import type { Change, Changer } from './changer.ts';
import { readCloneParts } from './clone-source.ts';
import { toCloneSpec, toDiskDevice } from './clone-spec.ts';
import type { VcenterConfig } from './config.ts';
import { VmDevices } from './deed-schema.ts';
import type { Known } from './estate/surroundings.ts';
import { isDisk } from './estate/to-disks.ts';
import { toMoRef } from './estate/wanted.ts';
import { toReadError } from './faults.ts';
import { findByToken } from './find-by-token.ts';
import { encodeName } from './names.ts';
import { readObjects, toProperties } from './properties.ts';
import type { Login, Session } from './session.ts';
import type { SoapClient } from './soap/soap-client.ts';
import { toWire, toWireRef } from './soap/to-wire.ts';

/** Clones whose tasks are kept in mind. */
const MAX_SENT = 1_000;

interface ProvisioningParts {
  readonly soap: SoapClient;
  readonly session: Session;
  readonly changer: Changer;
  readonly estate: EstateFacet;
  readonly known: Known;
  readonly config: VcenterConfig;
}

export function createProvisioning(parts: ProvisioningParts): ProvisioningFacet {
  const { soap, session, changer, estate, config } = parts;
  /** What this process sent itself; after a restart the platform's events have to tell. */
  const sent = new Map<string, TaskRef>();
  return {
    clone: async (request, { stepToken, signal }) => {
      const prepare = (login: Login) => toClone(parts, login, { request, stepToken, signal });
      const task = await changer.change(request.template, prepare, signal);
      if (task !== undefined) sent.set(stepToken, task);
      const [oldest] = sent.keys();
      if (sent.size > MAX_SENT && oldest !== undefined) sent.delete(oldest);
      return task;
    },

    findByToken: async (token, name, signal) => {
      try {
        const look = { token, name, sent: sent.get(token), pageSize: config.pageSize, signal };
        const found = await session.run((login) => findByToken(soap, login, look), signal);
        if (found.found !== 'vm') return found;
        const vm = await estate.read({ kind: 'vm', handle: found.ref.value }, signal);
        return vm?.kind === 'vm' ? { found: 'vm', vm } : { found: 'cannot_tell' };
      } catch (error) {
        throw toReadError(error);
      }
    },

    detachDisks: (vm, keys, { signal }) =>
      changer.change(vm, (login) => toDetach(soap, login, { vm, keys, signal }), signal),

    delete: (vm, { signal }) =>
      changer.change(vm, async () => ({ operation: 'Destroy_Task' }), signal),
  };
}

interface Clone {
  readonly request: CloneRequest;
  readonly stepToken: string;
  readonly signal: AbortSignal;
}

async function toClone(
  { soap, known }: ProvisioningParts,
  login: Login,
  { request, stepToken, signal }: Clone,
): Promise<Change> {
  const network = request.network && toMoRef(request.network, known.surroundings);
  const read = await readCloneParts(soap, login, { request, network, signal });
  const spec = toWire('VirtualMachineCloneSpec', toCloneSpec(request, read, stepToken));
  const folder = toWireRef({ type: 'Folder', value: request.folder.handle });
  return { operation: 'CloneVM_Task', args: { folder, name: encodeName(request.name), spec } };
}

const DEVICES = { VirtualMachine: VmDevices };

interface Detach {
  readonly vm: ObjectRef;
  readonly keys: readonly string[];
  readonly signal: AbortSignal;
}

/** Without a file operation the file stays where it is. */
async function toDetach(
  soap: SoapClient,
  login: Login,
  { vm, keys, signal }: Detach,
): Promise<Change | undefined> {
  const object = { type: 'VirtualMachine', value: vm.handle };
  const [content] = await readObjects(soap, login, {
    wanted: DEVICES,
    starts: [{ object }],
    signal,
  });
  const { properties } = content ? toProperties(VmDevices, content) : { properties: undefined };
  const devices = properties?.['config.hardware.device'];
  if (!devices) throw new OperationError('object_unreadable', 'not_started', { vm: vm.handle });
  const disks = devices.filter((device) => isDisk(device) && keys.includes(String(device.key)));
  const missing = keys.filter((key) => !disks.some((disk) => String(disk.key) === key));
  if (missing.length > 0) {
    throw new OperationError('disk_unusable', 'refused', { vm: vm.handle, missing });
  }
  if (disks.length === 0) return undefined;
  const deviceChange = disks.map((disk) => ({
    operation: 'remove',
    device: toDiskDevice(disk, disk.capacityInBytes ?? (disk.capacityInKB ?? 0) * 1024),
  }));
  const changeVersion = properties['config.changeVersion'];
  const spec = toWire('VirtualMachineConfigSpec', { changeVersion, deviceChange });
  return { operation: 'ReconfigVM_Task', args: { spec } };
}
