import type { Tie } from '#core/inventory/vm-parts.ts';
import type { Device } from '../schema.ts';
import type { Surroundings } from './surroundings.ts';

/** Devices that are a piece of their host, connected or not. A shared virtual GPU is none: it can move (vSphere 6.7). */
const OF_THE_HOST = /^Virtual(?:PCIPassthrough|SriovEthernetCard|SCSIPassthrough)$/;
const SHARED_GPU = 'VirtualPCIPassthroughVmiopBackingInfo';
/** Backings that are a drive or a port of the host. */
const DRIVE = /^Virtual(?:Cdrom(?:Atapi|Passthrough)|FloppyDevice)BackingInfo$/;
const PORT = /^Virtual(?:SerialPort|ParallelPort)DeviceBackingInfo$/;
const IMAGE = /^Virtual(?:CdromIso|FloppyImage)BackingInfo$/;

/** What ties a VM to its host by its devices. */
export function toDeviceTies(
  devices: readonly Device[],
  surroundings: Surroundings,
): readonly Tie[] {
  return devices.flatMap((device) => {
    const what = findTie(device, surroundings);
    return what ? [{ what, label: device.deviceInfo?.label ?? `device ${device.key}` }] : [];
  });
}

function findTie(
  { _type = '', backing, connectable }: Device,
  { localDatastores }: Surroundings,
): Tie['what'] | undefined {
  const back = backing?._type ?? '';
  if (OF_THE_HOST.test(_type)) return back === SHARED_GPU ? undefined : 'passthrough';
  if (connectable?.connected !== true) return undefined;
  if (PORT.test(back)) return 'passthrough';
  if (DRIVE.test(back)) return 'local_image';
  const isLocal = localDatastores.has(backing?.datastore?.value ?? '');
  return IMAGE.test(back) && isLocal ? 'local_image' : undefined;
}
