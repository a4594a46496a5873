/** The parts of a VM or template, and what says where and when it may move. An absent value is *unknown* (H09). */

export interface DiskBody {
  /** The platform's key, which names the disk within its VM (never its position). */
  readonly key: string;
  /** As people know it: `SCSI 0:1`. */
  readonly label: string;
  readonly sizeBytes?: number | undefined;
  readonly file?: string | undefined;
  readonly datastoreHandle?: string | undefined;
  /** Lies in the VM's own folder, so it was made for it. Unknown when that cannot be told. */
  readonly inOwnFolder?: boolean | undefined;
  /** Another VM uses the same file, or it is made to be shared. Unknown when that cannot be told. */
  readonly shared?: boolean | undefined;
  /** Passed through, raw mapped or the like: nothing that a file operation may touch. */
  readonly isRaw?: boolean | undefined;
}

export interface NicBody {
  readonly key: string;
  readonly label: string;
  /** Absent when the network is not known or not readable. */
  readonly networkHandle?: string | undefined;
  /** What the platform calls the network of this NIC, also when no network object is known for it. */
  readonly networkName?: string | undefined;
  readonly macAddress?: string | undefined;
  readonly connected?: boolean | undefined;
  /** Set on the NIC itself (Hyper-V); 0 is untagged. */
  readonly vlan?: number | undefined;
  /** 0 to 100; 0 is off. */
  readonly vmqWeight?: number | undefined;
}

export interface ImageBody {
  readonly file: string;
  /** Made for this VM alone: it goes with it. */
  readonly isOwn: boolean;
}

/** What ties a VM to the host on which it is. */
export interface Tie {
  /** `passthrough`: a device of the host. `local_image`: an ISO or drive that only the host has. `setting`: the platform says it stays. */
  readonly what: 'passthrough' | 'local_image' | 'setting';
  /** As people know it: `PCI device 0`, `CD/DVD drive 1`. */
  readonly label: string;
}

/** In which order the platform brings VMs up or moves them; `none`: not by itself. */
export const VM_PRIORITIES = ['none', 'low', 'medium', 'high'] as const;
export type VmPriority = (typeof VM_PRIORITIES)[number];
