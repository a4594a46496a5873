import { existsSync } from 'node:fs';
import { installPwsh, isPwshPresent, pwshPackages } from '#test/peers/powershell/pwsh.ts';
import { isSambaPresent, sambaPackages } from '#test/peers/samba/presence.ts';
import { buildGoWinrm, goWinrmPackages, isGoWinrmPresent } from '#test/peers/winrm/go-client.ts';
import {
  buildKerberosPackage,
  isKerberosPackagePresent,
  kerberosPackages,
} from '#test/peers/winrm/kerberos-package.ts';
import {
  ansiblePackages,
  apachePackages,
  gssAcceptorPackages,
  isAnsiblePresent,
  isApachePresent,
  isCurlPresent,
  isGssAcceptorPresent,
  isKdcPresent,
  isPywinrmPresent,
  kdcPackages,
  pywinrmPackages,
} from '#test/peers/winrm/presence.ts';
import { isChromiumPresent } from './chromium.ts';
import { isIsoinfoPresent } from './isoinfo.ts';
import { isPostgresPresent } from './postgres.ts';
import { isPyvmomiPresent } from './pyvmomi.ts';
import type { VcenterPart } from './vcenter-build.ts';
import { isVcsimPresent } from './vcsim.ts';
import { isVimXsdPresent } from './vim-xsd.ts';

export interface KnownPeer {
  readonly serves: string;
  /** Debian packages, those that build it included. */
  readonly packages: readonly string[];
  /** What is built after the packages are there. */
  readonly builds?: VcenterPart;
  /** What else is made after the packages are there, unless it is present. */
  make?(): void;
  isPresent(): boolean;
}

const govmomi = ['golang-go', 'golang-github-vmware-govmomi-dev'];

/** The programs, none of them ours, that tests run against. */
export const knownPeers = {
  vcsim: {
    serves: 'a vCenter (govmomi)',
    packages: govmomi,
    builds: 'vcsim',
    isPresent: isVcsimPresent,
  },
  'vim-xsd': {
    serves: 'the judge of requests to a vCenter (xmllint)',
    packages: [...govmomi, 'libxml2-utils'],
    builds: 'vim.xsd',
    isPresent: isVimXsdPresent,
  },
  pyvmomi: {
    serves: 'a second reader of the vCenter',
    packages: ['python3-pyvmomi'],
    isPresent: isPyvmomiPresent,
  },
  openssl: {
    serves: 'certificates of the fault proxy',
    packages: ['openssl'],
    isPresent: () => existsSync('/usr/bin/openssl'),
  },
  postgres: {
    serves: 'the database for several replicas',
    packages: ['postgresql'],
    isPresent: isPostgresPresent,
  },
  samba: {
    serves: 'an Active Directory domain (Samba; as root)',
    packages: sambaPackages,
    isPresent: isSambaPresent,
  },
  'gssapi-apache': {
    serves: 'a judge of NTLM logins (Apache, gss-ntlmssp)',
    packages: apachePackages,
    isPresent: isApachePresent,
  },
  'gss-acceptor': {
    serves: 'a judge of channel bindings and seals',
    packages: gssAcceptorPackages,
    isPresent: isGssAcceptorPresent,
  },
  kdc: {
    serves: 'a Kerberos realm (MIT)',
    packages: kdcPackages,
    isPresent: isKdcPresent,
  },
  kerberos: {
    serves: "npm's Kerberos, compiled beside the project",
    packages: kerberosPackages,
    make: buildKerberosPackage,
    isPresent: isKerberosPackagePresent,
  },
  pywinrm: {
    serves: 'a foreign client of WinRM',
    packages: pywinrmPackages,
    isPresent: isPywinrmPresent,
  },
  ansible: {
    serves: "Ansible's client of WinRM",
    packages: ansiblePackages,
    isPresent: isAnsiblePresent,
  },
  'go-winrm': {
    serves: "Go's client of WinRM (masterzen)",
    packages: goWinrmPackages,
    make: buildGoWinrm,
    isPresent: isGoWinrmPresent,
  },
  curl: {
    serves: 'a client of WinRM that knows only logins',
    packages: ['curl'],
    isPresent: isCurlPresent,
  },
  powershell: {
    serves: "the engine of Hyper-V's scripts (PowerShell 7)",
    packages: pwshPackages,
    make: installPwsh,
    isPresent: isPwshPresent,
  },
  isoinfo: {
    serves: 'a reader of the images that set guests up',
    packages: ['genisoimage'],
    isPresent: isIsoinfoPresent,
  },
  chromium: {
    serves: 'the browser of the console and of cards',
    packages: ['chromium', 'fonts-noto-color-emoji'],
    isPresent: isChromiumPresent,
  },
} as const satisfies Record<string, KnownPeer>;

export type PeerName = keyof typeof knownPeers;

export const peerNames = Object.keys(knownPeers) as readonly PeerName[];

export function findMissingPeers(): readonly PeerName[] {
  return peerNames.filter((name) => !knownPeers[name].isPresent());
}
