/** Four hosts, a template, four VMs; small enough to know by heart. */
export const SMALL_ESTATE = {
  datacenters: [{ api: 'Lab' }],
  folders: [{ api: '/Lab/vm/prod' }, { api: '/Lab/vm/prod/web' }],
  hosts: [
    { id: 'host-1001', name: 'esx1.test' },
    { id: 'host-1002', name: 'esx2.test' },
    { id: 'host-1003', name: 'esx3.test' },
    { id: 'host-1004', name: 'esx4.test', inMaintenanceMode: true },
  ],
  datastores: [
    { id: 'datastore-1011', api: 'shared-1', capacity: 4398046511104, freeSpace: 2199023255552 },
    { id: 'datastore-1012', api: 'small', capacity: 21474836480, freeSpace: 21474836480 },
    { id: 'datastore-1013', api: 'local-1', hosts: ['esx1.test'] },
    { id: 'datastore-1014', api: 'resting', maintenanceMode: 'inMaintenance' },
  ],
  networks: [
    { id: 'network-1021', kind: 'standard', api: 'office' },
    { id: 'dvportgroup-1022', kind: 'distributed', switch: 'dvs-a', api: 'prod' },
    { id: 'dvportgroup-1023', kind: 'distributed', switch: 'dvs-b', api: 'prod' },
    { id: 'network-1024', kind: 'standard', api: 'lab 10.0.0.0%2f24' },
    {
      id: 'network-1025',
      kind: 'opaque',
      api: 'segment',
      opaqueId: '0b0b0b0b-7777-4000-8000-000000000007',
    },
    { id: 'network-1026', kind: 'standard', api: 'esx1-only', hosts: ['esx1.test'] },
  ],
  vms: [
    {
      ...{ id: 'vm-1101', api: 'tpl', template: true, host: 'esx1.test', datastore: 'shared-1' },
      ...{ cpus: 2, memoryMiB: 2048, nics: [{ network: 'office' }, { network: 'segment' }] },
      disks: [
        { gib: 10, unit: 0 },
        { gib: 5, unit: 1 },
      ],
    },
    {
      ...{
        id: 'vm-1102',
        api: 'web',
        host: 'esx1.test',
        datastore: 'shared-1',
        folder: 'prod/web',
      },
      ...{ powerState: 'poweredOn', nics: [{ network: 'office' }] },
    },
    {
      ...{ id: 'vm-1103', api: 'no-tools', host: 'esx1.test', datastore: 'local-1' },
      ...{ powerState: 'poweredOn', guest: { toolsStatus: 'toolsNotInstalled' } },
    },
    {
      ...{ id: 'vm-1104', api: 'two-disks', host: 'esx2.test', datastore: 'shared-1' },
      disks: [
        { gib: 10, unit: 0 },
        { gib: 20, unit: 1 },
      ],
    },
    { id: 'vm-1105', api: 'idle', host: 'esx2.test', datastore: 'shared-1', memoryMiB: 1024 },
    { id: 'vm-1106', api: 'orphan', connectionState: 'orphaned', config: null, guest: null },
  ],
} as const;
