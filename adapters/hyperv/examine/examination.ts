/** What `drover doctor` is told of Hyper-V hosts: data, without a sentence. */
import type { DoctorClusterAnswer, DoctorHostAnswer } from './doctor-answers.ts';
import type { WinrmSettings } from './read-settings.ts';

export interface HypervExamination {
  /** Of the connection. */
  readonly id: string;
  /** VMs on shared volumes are to become roles of the cluster. */
  readonly wantsRoles: boolean;
  /** In the order of the configuration. */
  readonly hosts: readonly HostExamination[];
}

export interface HostExamination {
  /** `address:port`, as Drover asks for it. */
  readonly host: string;
  readonly protocol: 'https' | 'http';
  readonly authentication: 'ntlm' | 'kerberos' | 'basic';
  readonly reach: Reach;
  /** As the host shows it, trusted or not; absent: it showed none. */
  readonly certificate?: CertificateExamination;
  /** The host's clock minus ours, to the second, from before the login; absent: it did not say. */
  readonly clockAheadMs?: number;
  /** What it calls itself; absent: it did not say. */
  readonly ownName?: string;
  readonly login: LoginExamination;
  /** Once it let the account in. */
  readonly reading?: HostReading;
}

export type Reach =
  | { readonly state: 'reached' }
  /** `name_unknown`: no address for it; `closed`: nothing listens; `silent`: nothing answers, as behind a firewall. */
  | { readonly state: 'name_unknown' | 'closed' | 'silent' | 'no_tls'; readonly reason: string }
  | { readonly state: 'not_trusted'; readonly faults: readonly TrustFault[] };

export type TrustFault =
  | 'other_name'
  | 'expired'
  | 'not_yet_valid'
  | 'unknown_authority'
  | 'other_thumbprint';

export interface CertificateExamination {
  readonly subject: string;
  /** DNS names and addresses that it is made out to. */
  readonly names: readonly string[];
  readonly expiresAt: Date;
  readonly thumbprint: string;
}

export type LoginExamination =
  | { readonly state: 'accepted' }
  | {
      readonly state: 'refused';
      /** Likely first. A 401 gives no reason: they are what can be seen beside it. */
      readonly suspects: readonly Suspect[];
    }
  /** Kerberos ended here or at the KDC: nothing was sent to the host. */
  | { readonly state: 'not_possible'; readonly cause: KerberosCause; readonly reason: string }
  | { readonly state: 'not_offered'; readonly offers: readonly string[] }
  /** What answers is no WinRM. */
  | { readonly state: 'not_winrm'; readonly status: number }
  | { readonly state: 'failed'; readonly reason: string }
  /** Not reached; or another host refused the account before, and one wrong password is enough. */
  | { readonly state: 'not_tried' };

/** `name`: it calls itself otherwise than Drover asks for it. */
export type Suspect = 'clock' | 'name' | 'password' | 'rights';

export type KerberosCause =
  | 'spn'
  | 'clock'
  | 'password'
  | 'account'
  | 'no_ticket'
  | 'no_kdc'
  | 'no_package'
  | 'other';

export interface HostReading {
  readonly settings: WinrmSettings | NotRead;
  readonly system: DoctorHostAnswer | NotRead;
  /** Absent: no cluster service runs there, or the host could not be read. */
  readonly cluster?: DoctorClusterAnswer | NotRead;
}

export interface NotRead {
  /** A code of Drover's; `denied`: the account may not. */
  readonly code: string;
  /** The number or id of the fault. */
  readonly fault?: string;
  readonly reason?: string;
}
