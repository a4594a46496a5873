/** A small vCenter for walks and torture, and the configuration that belongs to it. */
import type { Vcsim } from '../helpers/peers/vcsim.ts';

const TIB = 1024 ** 4;

export const VCSIM_ESTATE = {
  datacenters: [{ api: 'Munich' }],
  clusters: [{ api: 'C1' }],
  folders: [{ api: '/Munich/vm/prod' }, { api: '/Munich/vm/prod/web' }, { api: '/Munich/vm/test' }],
  hosts: [1, 2, 3].map((n) => ({
    ...{ id: `host-${100 + n}`, name: `esx-0${n}.example.test`, cluster: 'C1' },
    ...{ memoryGib: 256, cores: 32, usedMemoryMib: 40_000 * n, usedMhz: 8000 * n },
  })),
  datastores: [
    { id: 'datastore-201', api: 'SAN-A', capacity: 4 * TIB, freeSpace: 2 * TIB },
    { id: 'datastore-202', api: 'SAN-B', capacity: 4 * TIB, freeSpace: TIB },
  ],
  networks: [
    { id: 'network-301', kind: 'standard', api: 'office' },
    { id: 'dvportgroup-302', kind: 'distributed', switch: 'dvs-prod', api: 'VLAN-100' },
  ],
  vms: [
    {
      ...{
        id: 'vm-401',
        api: 'ubuntu-24',
        template: true,
        folder: '/Munich/vm',
        host: 'esx-01.example.test',
      },
      ...{ datastore: 'SAN-A', cpus: 2, memoryMiB: 4096, guestId: 'ubuntu64Guest' },
      ...{ disks: [{ gib: 40, unit: 0 }], nics: [{ network: 'office' }] },
    },
    {
      ...{
        id: 'vm-402',
        api: 'web-01',
        folder: '/Munich/vm/prod/web',
        host: 'esx-01.example.test',
        datastore: 'SAN-A',
      },
      ...{
        cpus: 2,
        memoryMiB: 4096,
        powerState: 'poweredOn',
        disks: [{ gib: 40, unit: 0 }],
        nics: [{ network: 'office' }],
      },
    },
    {
      ...{
        id: 'vm-403',
        api: 'db-01',
        folder: '/Munich/vm/prod',
        host: 'esx-02.example.test',
        datastore: 'SAN-B',
      },
      ...{
        cpus: 4,
        memoryMiB: 16_384,
        powerState: 'poweredOn',
        disks: [{ gib: 200, unit: 0 }],
        nics: [{ network: 'office' }],
      },
    },
  ],
};

/** One `auto` rule, one that asks 1 of N; the lab's people, since the vCenter stands on this machine. */
export function toVcsimConfig(
  { url, user, thumbprint }: Pick<Vcsim, 'url' | 'user' | 'thumbprint'>,
  isOnPostgres: boolean,
): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how the file names a secret.
  const database = isOnPostgres ? 'database: { url: "${env:DATABASE_URL}" }' : '';
  return `${database}
lab: { connections: false }

connections:
  - id: prod-vc
    kind: vcenter
    url: ${url}
    user: ${user}
    password: \${env:VCENTER_PASSWORD}
    thumbprint: "${thumbprint}"

roles:
  - name: everybody-reads
    members: [web-team, ops-leads, operators, drover-admins]
    allow: [vm.list, vm.show, host.*, cluster.*, datastore.*, network.*, template.*, connection.list, connection.show,
      job.list, job.show, approval.list, approval.show]
  - name: web-team
    members: [web-team]
    allow: [vm.create, vm.start, vm.shutdown, vm.stop, vm.save, vm.pause, vm.resume, vm.delete,
      vm.disk.add, vm.disk.remove, vm.network.connect, vm.network.disconnect]
    scope: { folders: [/prod/web, /test] }
    quota: { member: { vms: 10, cpus: 24, memory: 96GiB } }
  - name: operators
    members: [operators]
    allow: [vm.*, host.maintenance.enter, host.maintenance.exit, job.cancel, job.answer]

policies:
  - name: hosts
    operations: [host.maintenance.enter, host.maintenance.exit]
    decide: { approvals: 1, from: ops-leads, reasonOnDeny: true, expiresAfterMinutes: 120 }
  - name: test-machines
    operations: [vm.create, vm.start, vm.stop]
    scope: { folders: [/test] }
    decide: auto
  - name: production
    operations: [vm.*]
    scope: { folders: [/prod] }
    decide: { approvals: 1, from: ops-leads, reasonOnDeny: true, expiresAfterMinutes: 60 }
`;
}
