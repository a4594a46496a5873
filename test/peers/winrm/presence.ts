import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** `apache2-bin` and not `apache2`: no service comes with it. */
export const apachePackages = [
  ...(['apache2-bin', 'libapache2-mod-auth-gssapi', 'gss-ntlmssp', 'openssl'] as const),
];
export const kdcPackages = ['krb5-kdc', 'krb5-admin-server', 'krb5-user'] as const;
export const pywinrmPackages = ['python3-winrm'] as const;
/** Its winrm connection is pywinrm. */
export const ansiblePackages = ['ansible-core', 'python3-winrm'] as const;
export const ansible = '/usr/bin/ansible';
export const curl = '/usr/bin/curl';
export const gssAcceptorPackages = ['python3-gssapi', 'gss-ntlmssp'] as const;

/** Debian's own: its packages are not seen by another Python that stands first on PATH. */
export const python = '/usr/bin/python3';
const modules = '/usr/lib/apache2/modules';
const ntlmMechanism = '/etc/gss/mech.d/mech.ntlmssp.conf';

export function isApachePresent(): boolean {
  const files = ['/usr/sbin/apache2', `${modules}/mod_auth_gssapi.so`, ntlmMechanism];
  return files.every((file) => existsSync(file));
}

export function isKdcPresent(): boolean {
  return ['krb5kdc', 'kdb5_util', 'kadmin.local'].every((it) => existsSync(`/usr/sbin/${it}`));
}

const imported = new Map<string, boolean>();

export function isPywinrmPresent(): boolean {
  return canImport('winrm');
}

export function isAnsiblePresent(): boolean {
  return existsSync(ansible) && isPywinrmPresent();
}

export function isCurlPresent(): boolean {
  return existsSync(curl);
}

export function isGssAcceptorPresent(): boolean {
  return existsSync(ntlmMechanism) && canImport('gssapi');
}

function canImport(module: string): boolean {
  const known = imported.get(module);
  if (known !== undefined) return known;
  const isThere = spawnSync(python, ['-c', `import ${module}`]).status === 0;
  imported.set(module, isThere);
  return isThere;
}
