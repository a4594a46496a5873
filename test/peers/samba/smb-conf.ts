import { hostName, netbiosName, realm } from './domain.ts';

/**
 * What makes Samba a domain controller that lives below one folder and on one address.
 *
 * Only LDAP runs (389, 636 and the global catalogue): no SMB, RPC, DNS or Kerberos. The ACLs of the system volume go to a
 * file, so neither extended attributes nor mount options are needed.
 */
export function toSmbConf(folder: string, address: string): string {
  return `[global]
  netbios name = ${hostName.toUpperCase()}
  realm = ${realm}
  workgroup = ${netbiosName}
  server role = active directory domain controller
  server services = ldap
  dcerpc endpoint servers =
  interfaces = ${address}/8
  bind interfaces only = yes
  private dir = ${folder}/private
  lock directory = ${folder}/lock
  state directory = ${folder}/state
  cache directory = ${folder}/cache
  pid directory = ${folder}/run
  ncalrpc dir = ${folder}/run/ncalrpc
  winbindd socket directory = ${folder}/run/winbindd
  ntp signd socket directory = ${folder}/run/ntp_signd
  usershare path =
  logging = file
  log file = ${folder}/log.samba
  max log size = 0
  tls enabled = yes
  tls keyfile = ${folder}/tls/key.pem
  tls certfile = ${folder}/tls/cert.pem
  tls cafile = ${folder}/tls/ca.pem
  posix:eadb = ${folder}/private/eadb.tdb
  vfs objects = dfs_samba4 acl_xattr xattr_tdb
  disable netbios = yes
  ldb:nosync = true

[sysvol]
  path = ${folder}/state/sysvol
  read only = no
[netlogon]
  path = ${folder}/state/sysvol/scripts
  read only = no
`;
}
