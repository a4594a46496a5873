/** The small estate with hosts to move to: an empty one, one without a network, one that is away, one far from the others. */
import { SMALL_ESTATE } from './small-estate.ts';

const NEAR = ['esx1.test', 'esx2.test', 'esx3.test', 'esx4.test', 'esx5.test', 'esx6.test'];

export const MOVING_ESTATE = {
  ...SMALL_ESTATE,
  hosts: [
    ...SMALL_ESTATE.hosts,
    { id: 'host-1005', name: 'esx5.test' },
    { id: 'host-1006', name: 'esx6.test' },
    { id: 'host-1007', name: 'esx7.test', connectionState: 'notResponding' },
    { id: 'host-1008', name: 'esx8.test', cluster: 'Apart' },
  ],
  datastores: [
    ...SMALL_ESTATE.datastores.map((it) => ({ hosts: NEAR, ...it })),
    { id: 'datastore-1015', api: 'shared-2', hosts: NEAR },
    { id: 'datastore-1016', api: 'far-1', hosts: ['esx8.test'] },
  ],
  networks: SMALL_ESTATE.networks.map((it) =>
    it.api === 'segment' ? { ...it, hosts: [...NEAR.slice(0, 5), 'esx8.test'] } : it,
  ),
  vms: [
    ...SMALL_ESTATE.vms,
    {
      ...{ id: 'vm-1201', api: 'movable', host: 'esx3.test', datastore: 'shared-1' },
      ...{ powerState: 'poweredOn', nics: [{ network: 'segment' }], usedMemoryMib: 3000 },
      ...{ usedMhz: 3900 },
    },
    {
      ...{ id: 'vm-1202', api: 'pinned', host: 'esx3.test', datastore: 'shared-1' },
      ...{ powerState: 'poweredOn', passthrough: ['PCI device 0'] },
    },
  ],
} as const;
