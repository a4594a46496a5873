/** The configuration that belongs to a small site of Hyper-V, for walks. */
import type { HypervSite } from '../helpers/peers/hyperv.ts';

/** One `auto` rule, one that asks 1 of N; the lab's people, since the hosts stand on this machine. */
export function toHypervConfig(
  { hosts, user }: Pick<HypervSite, 'hosts' | 'user'>,
  isOnPostgres: boolean,
): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how the file names a secret.
  const database = isOnPostgres ? 'database: { url: "${env:DATABASE_URL}" }' : '';
  const addresses = hosts.map(({ address, port }) => `${address}:${port}`).join(', ');
  return `${database}
lab: { connections: false }

connections:
  - id: prod-hv
    kind: hyperv
    hosts: [${addresses}]
    user: '${user}'
    password: \${env:HYPERV_PASSWORD}
    caFile: ca.pem
    templates:
      - name: win2022
        file: C:\\ClusterStorage\\Volume1\\templates\\win2022.vhdx
        guestOs: Windows Server 2022

roles:
  - name: everybody-reads
    members: [web-team, ops-leads, operators, drover-admins]
    allow: [vm.list, vm.show, host.*, cluster.*, datastore.*, network.*, template.*, connection.list, connection.show,
      job.list, job.show, approval.list, approval.show]
  - name: web-team
    members: [web-team]
    allow: [vm.create, vm.start, vm.shutdown, vm.stop, vm.delete]
    quota: { member: { vms: 10, cpus: 24, memory: 96GiB } }
  - name: operators
    members: [operators]
    allow: [vm.*, job.cancel, job.answer]

policies:
  - name: power
    operations: [vm.start, vm.stop]
    decide: auto
  - name: production
    operations: [vm.create, vm.delete]
    decide: { approvals: 1, from: ops-leads, reasonOnDeny: true, expiresAfterMinutes: 60 }
`;
}
