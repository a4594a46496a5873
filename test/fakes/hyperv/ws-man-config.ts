/** WinRM's own settings, worded as a real Server 2019 answered Get (recorded by jborean93/pypsrp, MIT). */

export interface WsManSettings {
  readonly maxEnvelopeKb: number;
  readonly maxOperations: number;
  readonly cbtHardeningLevel: 'Relaxed' | 'Strict' | 'None';
  readonly maxMemoryMb: number;
  readonly maxShells: number;
}

export const CONFIG_URI = 'http://schemas.microsoft.com/wbem/wsman/1/config';

export const toConfigXml = (set: WsManSettings): string =>
  `<cfg:Config xmlns:cfg="${CONFIG_URI}"><cfg:MaxEnvelopeSizekb>${set.maxEnvelopeKb}</cfg:MaxEnvelopeSizekb>` +
  '<cfg:MaxTimeoutms>60000</cfg:MaxTimeoutms><cfg:MaxBatchItems>32000</cfg:MaxBatchItems>' +
  '<cfg:MaxProviderRequests>4294967295</cfg:MaxProviderRequests><cfg:Client><cfg:NetworkDelayms>5000</cfg:NetworkDelayms>' +
  '<cfg:URLPrefix>wsman</cfg:URLPrefix><cfg:AllowUnencrypted>false</cfg:AllowUnencrypted><cfg:Auth><cfg:Basic>true</cfg:Basic>' +
  '<cfg:Kerberos>true</cfg:Kerberos><cfg:Negotiate>true</cfg:Negotiate></cfg:Auth>' +
  '<cfg:TrustedHosts>secret-host.lab.example</cfg:TrustedHosts></cfg:Client><cfg:Service>' +
  '<cfg:RootSDDL>O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;S-1-5-21-1-2-3-1104)</cfg:RootSDDL>' +
  `<cfg:MaxConcurrentOperationsPerUser>${set.maxOperations}</cfg:MaxConcurrentOperationsPerUser>` +
  '<cfg:AllowUnencrypted>false</cfg:AllowUnencrypted><cfg:Auth><cfg:Basic>false</cfg:Basic><cfg:Kerberos>true</cfg:Kerberos>' +
  '<cfg:Negotiate>true</cfg:Negotiate><cfg:CredSSP>false</cfg:CredSSP>' +
  `<cfg:CbtHardeningLevel>${set.cbtHardeningLevel}</cfg:CbtHardeningLevel></cfg:Auth>` +
  '<cfg:CertificateThumbprint></cfg:CertificateThumbprint><cfg:AllowRemoteAccess>true</cfg:AllowRemoteAccess></cfg:Service>' +
  '<cfg:Winrs><cfg:AllowRemoteShellAccess>true</cfg:AllowRemoteShellAccess><cfg:IdleTimeout>7200000</cfg:IdleTimeout>' +
  '<cfg:MaxConcurrentUsers>10</cfg:MaxConcurrentUsers><cfg:MaxProcessesPerShell>25</cfg:MaxProcessesPerShell>' +
  `<cfg:MaxMemoryPerShellMB>${set.maxMemoryMb}</cfg:MaxMemoryPerShellMB>` +
  `<cfg:MaxShellsPerUser>${set.maxShells}</cfg:MaxShellsPerUser></cfg:Winrs></cfg:Config>`;
