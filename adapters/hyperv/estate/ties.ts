/** What ties a VM to its host. */
import type { Tie } from '#core/inventory/vm-parts.ts';
import type { VmDetails } from './to-vm.ts';

/** One without a file is a disk of the host itself. */
export const isRawDisk = (file: string) => !/\.a?vhdx?$|\.vhds$/i.test(file);

/** A drive that only its host has; a share and a shared volume are on every node. */
const isLocal = (file: string) => /^[a-z]:\\(?!clusterstorage\\)/i.test(file);

export function listTies({ devices, disks, images, isClustered }: TiedDetails): readonly Tie[] {
  const raw = disks.filter(({ path }) => path !== '' && isRawDisk(path));
  return [
    ...devices.map((label) => ({ what: 'passthrough', label }) as const),
    ...raw.map(
      ({ controller, number, location }) =>
        ({ what: 'passthrough', label: `${controller} ${number}:${location}` }) as const,
    ),
    // A VM that is in no cluster takes its files along.
    ...(isClustered ? images.filter(isLocal) : []).map(
      (label) => ({ what: 'local_image', label }) as const,
    ),
  ];
}

type TiedDetails = Pick<VmDetails, 'devices' | 'disks' | 'images' | 'isClustered'>;
