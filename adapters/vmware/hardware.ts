/**
 * Disks and network cards of a VM that is there.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.VirtualMachine.html#reconfigure
 */
import { OperationError } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import { toFileToken } from '#core/jobs/file-token.ts';
import type { HardwareFacet, NicChange } from '#core/ports/connection.ts';
import type { Change, Changer } from './changer.ts';
import { VmCards, VmHome } from './deed-schema.ts';
import type { Known } from './estate/surroundings.ts';
import { toMoRef } from './estate/wanted.ts';
import { toAddedDisk, toCardDevice } from './hardware-spec.ts';
import { NETWORK_WANTED, toNetworkPart, toNetworkStart } from './network-part.ts';
import { readObjects, toProperties } from './properties.ts';
import type { ObjectContent } from './schema.ts';
import type { Login } from './session.ts';
import type { SoapClient } from './soap/soap-client.ts';
import { toWire, type WireObject } from './soap/to-wire.ts';

/** vSphere 5.5 and later. */
const MAX_DISK_BYTES = 62 * 2 ** 40;

interface HardwareParts {
  readonly soap: SoapClient;
  readonly changer: Changer;
  readonly known: Known;
}

export function createHardware({ soap, changer, known }: HardwareParts): HardwareFacet {
  return {
    nicSettings: [],
    maxDiskBytes: MAX_DISK_BYTES,
    addDisk: (vm, sizeBytes, { stepToken, signal }) => {
      const wish = { vm, sizeBytes, fileName: `drover-${toFileToken(stepToken)}.vmdk`, signal };
      return changer.change(vm, (login) => toAdd(soap, login, wish), signal);
    },
    setNic: async (vm, key, change, { signal }) => {
      if (change.vlan !== undefined || change.vmqWeight !== undefined)
        throw new OperationError('not_supported', 'not_started', { vm: vm.handle });
      const wish = { vm, key, change, known, signal };
      return changer.change(vm, (login) => toSet(soap, login, wish), signal);
    },
  };
}

interface NewDisk {
  readonly vm: ObjectRef;
  readonly sizeBytes: number;
  /** Without its folder. */
  readonly fileName: string;
  readonly signal: AbortSignal;
}

async function toAdd(
  soap: SoapClient,
  login: Login,
  { vm, sizeBytes, fileName, signal }: NewDisk,
): Promise<Change> {
  const starts = [{ object: { type: 'VirtualMachine', value: vm.handle } }];
  const wanted = { VirtualMachine: VmHome };
  const [content] = await readObjects(soap, login, { wanted, starts, signal });
  const properties = content && toProperties(VmHome, content).properties;
  const devices = properties?.['config.hardware.device'];
  // `[datastore] folder/`, as vCenter spells it.
  const folder = /^\[[^\]]*\] .*\//.exec(properties?.['summary.config.vmPathName'] ?? '')?.[0];
  if (!properties || !devices || folder === undefined)
    throw new OperationError('object_unreadable', 'not_started', { vm: vm.handle });
  const device = toAddedDisk(devices, `${folder}${fileName}`, sizeBytes);
  const deviceChange = [{ operation: 'add', fileOperation: 'create', device }];
  return toReconfigure(properties['config.changeVersion'], deviceChange);
}

/** The version refuses a VM that was changed in between. */
function toReconfigure(
  changeVersion: string | undefined,
  deviceChange: readonly WireObject[],
): Change {
  const spec = toWire('VirtualMachineConfigSpec', { changeVersion, deviceChange });
  return { operation: 'ReconfigVM_Task', args: { spec } };
}

interface CardChange {
  readonly vm: ObjectRef;
  readonly key: string;
  readonly change: NicChange;
  readonly known: Known;
  readonly signal: AbortSignal;
}

async function toSet(
  soap: SoapClient,
  login: Login,
  { vm, key, change, known, signal }: CardChange,
): Promise<Change | undefined> {
  const { network } = change;
  if (network === undefined) return undefined;
  const object = { type: 'VirtualMachine', value: vm.handle };
  const onto = network && toMoRef(network, known.surroundings);
  const starts = [{ object }, ...(onto ? [toNetworkStart(onto)] : [])];
  const wanted = { VirtualMachine: VmCards, ...NETWORK_WANTED };
  const contents = await readObjects(soap, login, { wanted, starts, signal });
  const { version, devices, isRunning } = readCards(contents, vm);
  const part = network && toNetworkPart(network, contents);
  const device = toCardDevice(devices, { vm: vm.handle, key, network: part, isRunning });
  return toReconfigure(version, [{ operation: 'edit', device }]);
}

function readCards(contents: readonly ObjectContent[], vm: ObjectRef) {
  const content = contents.find(({ obj }) => obj.value === vm.handle);
  const properties = content && toProperties(VmCards, content).properties;
  const devices = properties?.['config.hardware.device'];
  if (!devices) throw new OperationError('object_unreadable', 'not_started', { vm: vm.handle });
  const isRunning = properties['runtime.powerState'] === 'poweredOn';
  return { version: properties['config.changeVersion'], devices, isRunning };
}
