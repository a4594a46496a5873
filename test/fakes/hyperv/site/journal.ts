/** What cmdlets changed on the hosts of a site, in order. */
import { type Answered, type CmdletCall, CUT } from '../powershell/cmdlet-call.ts';
import { readText, toList } from '../world/views.ts';

export interface JournalEntry {
  /** Of this machine's clock. */
  readonly at: string;
  readonly host: string;
  readonly cmdlet: string;
  readonly vmId: string | undefined;
  /** As the script knew it. */
  readonly name: string | undefined;
  /** The host said no, or ended the script in the middle. */
  readonly isRefused: boolean;
}

export interface Journal {
  readonly entries: readonly JournalEntry[];
  write(host: string, call: CmdletCall, answered: Answered): void;
}

/** Of the methods that scripts call one only reads; `WindowsIdentity` is no cmdlet at all. */
export function isChange({ cmdlet, bound }: CmdletCall): boolean {
  if (bound.MethodName === 'RequestStateChange') return true;
  return !/^(Get-|Compare-VM$|Start-Sleep$|Invoke-CimMethod$|Copy-Item$|WindowsIdentity$)/.test(
    cmdlet,
  );
}

export function createJournal(): Journal {
  const entries: JournalEntry[] = [];
  return {
    entries,
    write: (host, call, answered) => {
      if (!isChange(call)) return;
      const isRefused = answered === CUT || (answered.errors ?? []).length > 0;
      const common = { at: new Date().toISOString(), host, cmdlet: call.cmdlet, isRefused };
      const touched = findTouched(call, answered);
      for (const one of touched.length > 0 ? touched : [NOBODY])
        entries.push({ ...common, ...one });
    },
  };
}

type Touched = Pick<JournalEntry, 'vmId' | 'name'>;

const NOBODY: Touched = { vmId: undefined, name: undefined };

function findTouched({ cmdlet, bound }: CmdletCall, answered: Answered): readonly Touched[] {
  if (cmdlet === 'New-VM') return findMade(bound, answered);
  if (bound.VM !== undefined)
    return toList(bound.VM).map((vm) => ({ vmId: readText(vm, 'Id'), name: readText(vm, 'Name') }));
  const ofVm = bound.VMHardDiskDrive ?? bound.VMNetworkAdapter;
  if (ofVm !== undefined)
    return toList(ofVm).map((one) => ({
      vmId: readText(one, 'VMId'),
      name: readText(one, 'VMName'),
    }));
  return typeof bound.VMId === 'string' ? [{ vmId: bound.VMId, name: undefined }] : [];
}

function findMade(bound: CmdletCall['bound'], answered: Answered): readonly Touched[] {
  const made = answered === CUT ? undefined : answered.objects?.[0];
  const id = made && typeof made === 'object' && 'Id' in made ? made.Id : undefined;
  const vmId = id && typeof id === 'object' && '$guid' in id ? String(id.$guid) : undefined;
  return [{ vmId, name: bound.Name === undefined ? undefined : String(bound.Name) }];
}
