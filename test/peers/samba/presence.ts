import { existsSync } from 'node:fs';

export const sambaPackages = ['samba-ad-dc', 'samba-ad-provision', 'ldb-tools', 'openssl'] as const;

const programs = ['/usr/sbin/samba', '/usr/bin/samba-tool', '/usr/bin/ldbmodify'];
const provisionFile = '/usr/share/samba/setup/provision.ldif';

/** Its ports are privileged: it runs as root only. */
export function isSambaPresent(): boolean {
  return process.getuid?.() === 0 && [...programs, provisionFile].every((it) => existsSync(it));
}
