/** What `drover doctor` says of Hyper-V hosts: each fault with its remedy. Commands are for Windows PowerShell on the host. */

interface ShownCertificate {
  readonly subject: string;
  readonly names: readonly string[];
  readonly expiresAt: Date;
  readonly thumbprint: string;
}

export interface ShownHost {
  /** `name:port` */
  readonly host: string;
  readonly certificate?: ShownCertificate;
  readonly clockAheadMs?: number;
  readonly ownName?: string;
}

const day = (at: Date) => at.toISOString().slice(0, 10);
const nameOf = ({ host }: ShownHost) => host.replace(/:\d+$/, '');
const portOf = ({ host }: ShownHost) => host.replace(/^.*:/, '');
const minutes = (ms: number) => `${Math.round(Math.abs(ms) / 6000) / 10} min`;
const isAddress = (name: string) => /^[\d.]+$/.test(name);

const TRUST: Readonly<Record<string, (host: ShownHost) => string>> = {
  other_name: (host) =>
    `Name: its certificate is for ${host.certificate?.names.join(', ') || 'no name at all'} and not for ${nameOf(host)}. Write one of its names under hosts, or give the listener a certificate for ${nameOf(host)}.`,
  expired: ({ certificate }) =>
    `Certificate: it has expired${certificate ? ` (good until ${day(certificate.expiresAt)})` : ''}. Issue a new one and give it to the listener: Set-WSManInstance -ResourceURI winrm/config/Listener -SelectorSet @{Address='*';Transport='HTTPS'} -ValueSet @{CertificateThumbprint='…'}`,
  not_yet_valid: () =>
    'Certificate: it is not valid yet. Compare the clocks of this machine (timedatectl) and of the issuing authority.',
  unknown_authority: (host) =>
    `Certificate: nobody trusted here vouches for it. Write the PEM file of its authority as caFile; openssl s_client -connect ${host.host} -showcerts </dev/null shows who issued it.`,
  other_thumbprint: ({ certificate }) =>
    `Certificate: it shows the thumbprint ${certificate?.thumbprint}, not the one under thumbprints. If the certificate was renewed, compare on the host and write the new one; otherwise somebody stands in between.`,
};

const LISTENER =
  "New-Item -Path WSMan:\\localhost\\Listener -Transport HTTPS -Address '*' -CertificateThumbPrint … -Force";

const REACH: Readonly<Record<string, (host: ShownHost, reason: string) => string>> = {
  name_unknown: (host, reason) =>
    `Name: ${nameOf(host)} is not known to this machine (${reason}). Look with getent hosts ${nameOf(host)}; after a renaming, write the new name under hosts.`,
  closed: (host) =>
    `Port: nothing listens at ${host.host}. On the host: winrm enumerate winrm/config/listener; where the listener is missing: ${LISTENER}`,
  silent: (host, reason) =>
    `Port: no answer from ${host.host} (${reason}). If the host is up, a firewall is in between: New-NetFirewallRule -DisplayName 'WinRM for Drover' -Direction Inbound -Protocol TCP -LocalPort ${portOf(host)} -RemoteAddress … -Action Allow`,
  no_tls: (host, reason) =>
    `TLS: what listens at ${host.host} speaks no TLS 1.2 (${reason}). 5986 is WinRM's port for HTTPS; winrm enumerate winrm/config/listener shows the listeners.`,
};

const KERBEROS: Readonly<Record<string, (host: ShownHost) => string>> = {
  spn: (host) =>
    `SPN: the domain knows no HTTP/${nameOf(host)}. Write the host's full own name under hosts; for an alias: setspn -S HTTP/${nameOf(host)} COMPUTER`,
  clock: () =>
    'Clock: this machine and the domain controller differ by more than 5 min. Here: timedatectl; there: w32tm /query /status',
  password: () =>
    'Password: the keytab no longer has the account’s key. Make it anew: ktutil, or on a controller ktpass -out drover.keytab -princ … -mapuser … -crypto AES256-SHA1 -pass *',
  account: () =>
    'Account: the domain does not know the principal of the ticket or keytab: klist, and klist -k FILE',
  no_ticket: () =>
    'Ticket: there is none that is good. Set KRB5_CLIENT_KTNAME to the keytab in the environment of Drover, or kinit; klist shows what is there.',
  no_kdc: () =>
    'Name: no domain controller (KDC) answers. Compare /etc/krb5.conf; nslookup -type=srv _kerberos._tcp.DOMAIN',
  no_package: () =>
    'Kerberos: install the package beside Drover: npm install --no-save kerberos@7.0.0',
  other: () => 'Kerberos: klist and /etc/krb5.conf are where to look.',
};

const SUSPECTS: Readonly<Record<string, (host: ShownHost) => string>> = {
  clock: ({ clockAheadMs = 0 }) =>
    `Clock: the host is ${minutes(clockAheadMs)} ${clockAheadMs > 0 ? 'ahead' : 'behind'}, and Kerberos bears 5 min: w32tm /resync there, timedatectl here.`,
  name: (host) => {
    const asked = nameOf(host);
    const begin = `Name or SPN: it calls itself ${host.ownName} and was asked as ${asked}`;
    if (isAddress(asked))
      return `${begin}, an address that has no SPN. Write ${host.ownName} under hosts.`;
    return `${begin}. Write ${host.ownName} under hosts, or register the alias: setspn -S HTTP/${asked} ${host.ownName?.split('.')[0]}`;
  },
  password: () =>
    'Password or account: compare user and password of this connection; Get-ADUser NAME -Properties LockedOut,Enabled,PasswordExpired shows whether it is locked, off or expired.',
  rights: () =>
    'Rights: another host lets this account in, so the password is right. Here it may not log on over the network, or what stands in between breaks the channel binding: secpol.msc, Local Policies, User Rights Assignment.',
};

export const HYPERV_WORDS = {
  trust: (host: ShownHost, faults: readonly string[]) =>
    `${host.host} is not trusted. ${faults.map((fault) => TRUST[fault]?.(host) ?? fault).join(' ')}`,
  unreached: (host: ShownHost, state: string, reason: string) =>
    `${host.host} is not reached. ${REACH[state]?.(host, reason) ?? reason}`,
  certificate: (host: ShownHost, certificate: ShownCertificate) =>
    `${host.host}: certificate of ${certificate.names.join(', ') || certificate.subject}, until ${day(certificate.expiresAt)}`,
  certificateEnds: (host: ShownHost, certificate: ShownCertificate) =>
    `${host.host}: its certificate ends on ${day(certificate.expiresAt)}: renew it before, and give the new one to the listener.`,
  plainHttp: (host: ShownHost) =>
    `${host.host}: by HTTP, messages encrypted by NTLM; no certificate says which machine it is. HTTPS does: ${LISTENER}`,
  clock: (host: ShownHost, aheadMs: number) =>
    `${host.host}: Clock: ${minutes(aheadMs)} ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine. Kerberos bears 5 min: w32tm /resync there, timedatectl here.`,
  clockWell: (host: ShownHost, aheadMs: number) =>
    `${host.host}: its clock is ${Math.round(Math.abs(aheadMs) / 1000)} s from this machine’s`,
  refused: (host: ShownHost, suspects: readonly string[]) =>
    `${host.host} refuses the login and, as WinRM does, gives no reason. ${suspects.map((one) => SUSPECTS[one]?.(host) ?? one).join(' ')} It was tried once.`,
  notPossible: (host: ShownHost, cause: string, reason: string) =>
    `${host.host}: no login. ${KERBEROS[cause]?.(host) ?? ''} (${reason})`,
  notOffered: (host: ShownHost, offers: readonly string[], wanted: string) =>
    `${host.host} offers ${offers.join(', ') || 'no login'} and not ${wanted}: on the host: winrm set winrm/config/service/auth '@{${wanted === 'basic' ? 'Basic' : 'Negotiate'}="true"}'`,
  notWinrm: (host: ShownHost, status: number) =>
    `${host.host}: what answers there is not WinRM (HTTP status ${status}). Compare the port; winrm enumerate winrm/config/listener`,
  failed: (host: ShownHost, reason: string) =>
    `${host.host}: the login came to no end: ${reason}. Try again; when it stays, on the host: Get-WinEvent Microsoft-Windows-WinRM/Operational -MaxEvents 20`,
  notTried: (host: ShownHost) =>
    `${host.host}: not logged in, since another host refused the account: one wrong password is enough.`,
  accepted: (host: ShownHost, authentication: string) =>
    `${host.host} lets the account in (${authentication})`,
  settings: (host: ShownHost, texts: readonly string[]) => `${host.host}: ${texts.join(', ')}`,
  settingsDenied: (host: ShownHost) =>
    `${host.host}: WinRM tells its quotas and its channel binding level to administrators alone. One of them compares: winrm get winrm/config (MaxShellsPerUser 5 or more, MaxConcurrentOperationsPerUser 1500, MaxMemoryPerShellMB 1024, CbtHardeningLevel)`,
  settingsNotRead: (host: ShownHost, reason: string) =>
    `${host.host}: the settings of WinRM cannot be read: ${reason}. On the host: winrm get winrm/config`,
  quota: (host: ShownHost, name: string, has: number, needs: number, path: string) =>
    `${host.host}: Quota: ${name} is ${has}, and Drover needs ${needs}: Set-Item -Path WSMan:\\localhost\\${path} -Value ${needs}`,
  strictKerberos: (host: ShownHost) =>
    `${host.host}: Channel binding: CbtHardeningLevel is Strict, which refuses Kerberos by npm's package: use authentication: ntlm, or Set-Item -Path WSMan:\\localhost\\Service\\Auth\\CbtHardeningLevel -Value Relaxed`,
  unencrypted: (host: ShownHost) =>
    `${host.host}: AllowUnencrypted is true: whoever listens reads what others send in the clear: Set-Item -Path WSMan:\\localhost\\Service\\AllowUnencrypted -Value $false`,
  system: (host: ShownHost, texts: readonly string[]) => `${host.host}: ${texts.join(', ')}`,
  noShell: (host: ShownHost, group = 'Remote Management Users') =>
    `${host.host}: Rights: the login is good, but the account may not open a shell. On the host: Add-LocalGroupMember -SID S-1-5-32-580 -Member DOMAIN\\ACCOUNT (${group})`,
  notRead: (host: ShownHost, what: string, reason: string) =>
    `${host.host}: ${what} cannot be read: ${reason}`,
  noHypervRights: (host: ShownHost) =>
    `${host.host}: Rights: the account is neither in Hyper-V Administrators nor in Administrators. On the host: Add-LocalGroupMember -SID S-1-5-32-578 -Member DOMAIN\\ACCOUNT`,
  hypervRights: (host: ShownHost, group: string) => `${host.host}: the account is in ${group}`,
  hypervFault: (host: ShownHost, fault: string) =>
    `${host.host}: Hyper-V does not answer the account (${fault}). On the host: Get-Service vmms; and the group by SID S-1-5-32-578, as above.`,
  moduleMissing: (host: ShownHost, module: string) =>
    `${host.host}: the PowerShell module ${module} is missing: Install-WindowsFeature ${module === 'Hyper-V' ? 'Hyper-V-PowerShell' : 'RSAT-Clustering-PowerShell'}`,
  oldPowershell: (host: ShownHost, version: string) =>
    `${host.host}: PowerShell ${version} is too old: Drover needs Windows PowerShell 5.1 (Server 2016 and later have it).`,
  migrationOff: (host: ShownHost) =>
    `${host.host}: live migration is off: Enable-VMMigration; Set-VMHost -VirtualMachineMigrationAuthenticationType Kerberos`,
  migrationCredssp: (host: ShownHost) =>
    `${host.host}: Delegation: live migration is set to CredSSP, which works only for whoever is logged on at the source: Set-VMHost -VirtualMachineMigrationAuthenticationType Kerberos`,
  migration: (host: ShownHost, atOnce: number, networks: string) =>
    `${host.host}: live migration by Kerberos, ${atOnce} at once, over ${networks}`,
  delegation: (host: ShownHost, computer: string) =>
    `${host.host}: Delegation stands in Active Directory and is not seen from here. Outside a cluster each host needs it for every other one: Get-ADComputer ${computer} -Properties msDS-AllowedToDelegateTo, TrustedToAuthForDelegation (cifs and Microsoft Virtual System Migration Service; "Use any authentication protocol")`,
  cluster: (host: ShownHost, cluster: string, nodes: readonly string[]) =>
    `${host.host}: cluster ${cluster}: ${nodes.join(', ')}`,
  clusterNotRead: (host: ShownHost, reason: string) =>
    `${host.host}: Rights: the cluster cannot be read (${reason}). On one node: Grant-ClusterAccess -User DOMAIN\\ACCOUNT -Full`,
  clusterNodeDown: (host: ShownHost, node: string, state: string) =>
    `${host.host}: the node ${node} is ${state}: Get-ClusterNode; Start-ClusterNode -Name ${node}, or Resume-ClusterNode -Name ${node}`,
  clusterNoAccess: (host: ShownHost) =>
    `${host.host}: Rights: the account is not among those with full access to the cluster, unless by a group: Get-ClusterAccess; Grant-ClusterAccess -User DOMAIN\\ACCOUNT -Full`,
  hop: (host: ShownHost, node: string) => `${host.host}: gets on to ${node} with the account`,
  noHop: (host: ShownHost, hop: { computer: string; node: string; fault: string }) =>
    `${host.host}: Delegation: a script on it does not get on to ${hop.node} (${hop.fault}). Microsoft says of Add-ClusterVirtualMachineRole, by which new VMs become roles, that it needs that. Use authentication: kerberos and, in Active Directory, Set-ADComputer ${hop.node} -PrincipalsAllowedToDelegateToAccount (Get-ADComputer ${hop.computer}); or set highlyAvailable: false`,
  clusterServiceOff: (host: ShownHost, state: string) =>
    `${host.host}: the cluster service is ${state}: Start-ClusterNode`,
  recorded: (files: readonly string[]) =>
    files.length === 0
      ? 'Nothing was recorded: no Hyper-V host let the account in.'
      : `Recorded, without names, addresses and secrets: ${files.join(', ')}. Read them before you pass them on.`,
} as const;
