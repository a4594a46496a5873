/** How a key of `drover.yaml` is written, by the end of its path: the longest that fits counts. */
const EXAMPLES: Readonly<Record<string, string>> = {
  lab: '{ speed: 10 }',
  connections: '[{ id: vc-1, kind: vcenter, … }]',
  roles: '[{ name: web-team, members: [web-team], allow: [vm.list] }]',
  policies: '[{ name: everything, operations: [vm.*], decide: auto }]',
  ownVms: '[{ connection: vc-1, vm: drover-01 }]',
  timeZone: 'Europe/Berlin',
  'connections.id': 'vc-1',
  'connections.kind': 'vcenter',
  'connections.url': 'https://vcenter.example.com',
  'connections.user': 'drover@vsphere.local',
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: this is how it is written in the file.
  'connections.password': '${env:VCENTER_PASSWORD}',
  'connections.hosts': '[hv01.corp.example]',
  caFile: './ca.pem',
  'templates.name': 'debian-12',
  'templates.file': 'C:\\ClusterStorage\\Volume1\\templates\\debian-12.vhdx',
  'setUp.kind': 'cloud-init',
  'setUp.userData': './user-data.yaml',
  'setUp.file': './unattend.xml',
  'directory.servers': '[dc01.corp.example.com]',
  'directory.baseDn': 'DC=corp,DC=example,DC=com',
  'directory.user': 'drover@corp.example.com',
  'directory.password': '${env:AD_PASSWORD}',
  'slack.mode': 'socket',
  'slack.botToken': '${env:SLACK_BOT_TOKEN}',
  'slack.appToken': '${env:SLACK_APP_TOKEN}',
  'slack.signingSecret': '${env:SLACK_SIGNING_SECRET}',
  'slack.teamId': 'T0123ABCD',
  'teams.appId': '00000000-0000-4000-8000-000000000000',
  'teams.tenantId': '00000000-0000-4000-8000-000000000000',
  'teams.appPassword': '${env:TEAMS_APP_PASSWORD}',
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.
  'teams.publicUrl': 'https://drover.example.com',
  'local.openIdUrl': 'http://127.0.0.1:9000/openid',
  'local.loginUrl': 'http://127.0.0.1:9000/login',
  'local.serviceUrl': 'http://127.0.0.1:9000/service',
  'roles.name': 'web-team',
  members: '[web-team]',
  allow: '[vm.list, vm.show]',
  deny: '[vm.delete]',
  'policies.name': 'everything',
  operations: '[vm.*]',
  decide: '{ approvals: 1, from: ops-leads }',
  'decide.approvals': '1',
  'decide.from': 'ops-leads',
  connection: 'vc-1',
  cluster: 'C1',
  'ownVms.vm': 'drover-01',
  'goals.goal': 'balance',
  'evacuateClusters.by': 'drover',
  'people.login': 'ann',
  'people.name': 'Ann Berg',
  'people.people': '[{ login: ann, name: Ann Berg }]',
  'groups.name': 'web-team',
  'faults.fault': 'refuse',
};

/** What has another meaning below. */
const TOP_ONLY: ReadonlySet<string> = new Set(['connections']);

/** @param path without the places in lists */
export function findExample(path: readonly string[]): string | undefined {
  for (let from = 0; from < path.length; from += 1) {
    const example = EXAMPLES[path.slice(from).join('.')];
    const isOther = from > 0 && TOP_ONLY.has(path.slice(from).join('.'));
    if (example !== undefined && !isOther) return example;
  }
  return undefined;
}
