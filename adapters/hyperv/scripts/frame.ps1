# Goes around every script, which stands before this as Invoke-Script. Here are its records, its culture and its errors.
# Standard output: one line a record, RS (0x1E) and then ASCII JSON { t, v }: progress, warning and out, at last end or fault.
# Without end and fault nobody knows what became of it.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Set-StrictMode -Version 2.0
# Dates, numbers and letter case come out the same on every host.
[Threading.Thread]::CurrentThread.CurrentCulture = [Globalization.CultureInfo]::InvariantCulture
[Threading.Thread]::CurrentThread.CurrentUICulture = [Globalization.CultureInfo]::InvariantCulture
$run = @{ begun = $false; held = @() }

function Write-Record([string]$Kind, $Value) {
  $json = ConvertTo-Json -InputObject ([ordered]@{ t = $Kind; v = $Value }) -Depth 8 -Compress
  [string][char]30 + [regex]::Replace($json, '[^\x20-\x7e]', { param($m) '\u{0:x4}' -f [int][char]$m.Value })
}

function Get-Fault($Record) {
  $facts = @{}
  # PowerShell itself keeps other things there, by keys that are no text.
  foreach ($key in @($Record.Exception.Data.Keys | Where-Object { $_ -is [string] })) { $facts[$key] = [string]$Record.Exception.Data[$key] }
  [ordered]@{
    id = [string]$Record.FullyQualifiedErrorId; category = [string]$Record.CategoryInfo.Category; type = $Record.Exception.GetType().FullName
    message = [string]$Record.Exception.Message; hresult = [int]$Record.Exception.HResult; begun = [bool]$run.begun; facts = $facts
  }
}

# What a cmdlet said, as facts of a fault of Drover's own.
function Get-Words($Record) { @{ fault = [string]$Record.FullyQualifiedErrorId; words = [string]$Record.Exception.Message } }

# Ends the script with a code of Drover's own. Facts are texts.
function Stop-Script([string]$Code, [hashtable]$Facts = @{}) {
  $exception = New-Object -TypeName InvalidOperationException -ArgumentList $Code
  foreach ($key in $Facts.Keys) { $exception.Data[$key] = [string]$Facts[$key] }
  throw (New-Object -TypeName Management.Automation.ErrorRecord -ArgumentList $exception, $Code, 'InvalidOperation', $null)
}

# From here on the host may be changed: an error after this does not prove that nothing happened.
function Start-Change {
  $run.begun = $true
  [ordered]@{ progress = 'begun'; percent = 0 }
}

# One script at a time does a step's work on this host, also where whoever sent the first one is long gone: its script runs on.
# Windows gives the mutex back when the process ends, however that came.
function Enter-Mutex([string]$Name, [int]$WaitMs) {
  $mutex = New-Object -TypeName Threading.Mutex -ArgumentList $false, "Global\drover-$Name"
  try { $isOurs = $mutex.WaitOne($WaitMs) } catch [Threading.AbandonedMutexException] { $isOurs = $true }
  if (-not $isOurs) { $mutex.Dispose(); Stop-Script 'DroverStillRunning' }
  $run.held += $mutex
}

# The last one entered.
function Exit-Mutex {
  $mutex = $run.held[-1]
  $run.held = @($run.held | Select-Object -SkipLast 1)
  $mutex.ReleaseMutex(); $mutex.Dispose()
}

# Whether a script does this step's work right now.
function Test-Running([string]$Token) {
  try { Enter-Mutex $Token 0 } catch {
    if ([string]$_.FullyQualifiedErrorId -eq 'DroverStillRunning') { return $true }
    throw
  }
  Exit-Mutex
  $false
}

function Get-HostId {
  ([string](CimCmdlets\Get-CimInstance -ClassName Win32_ComputerSystemProduct -Namespace 'root\cimv2' -Property UUID).UUID).ToLowerInvariant()
}

# As its cluster calls it, too.
function Get-HostName { [string](CimCmdlets\Get-CimInstance -ClassName Win32_ComputerSystem -Namespace 'root\cimv2' -Property Name).Name }

# For what is done to the host itself (H02).
function Confirm-Host([string]$HostId) {
  $here = Get-HostId
  if ($here -ne $HostId) { Stop-Script 'DroverOtherHost' @{ found = $here } }
}

# The host and the VM that were approved, both looked at right before the act (H02).
function Get-CheckedVm([guid]$VmId, [string]$HostId) {
  Confirm-Host $HostId
  Hyper-V\Get-VM -Id $VmId
}

# What may be changed: a replica is a role of another VM (H04), a word that nobody knows permits no change (H11).
function Get-ChangeableVm([guid]$VmId, [string]$HostId) {
  $vm = Get-CheckedVm $VmId $HostId
  if ([string]$vm.ReplicationMode -in 'Replica', 'ExtendedReplica') { Stop-Script 'DroverReplica' }
  if ([string]$vm.State -notmatch '^(Running|Off|Stopping|Saved|Paused|Starting|Saving|Pausing|Resuming)(Critical)?\z') {
    Stop-Script 'DroverStateUnknown' @{ state = [string]$vm.State }
  }
  $vm
}

# A host that merges or moves a VM's disks refuses the next change of it: that passes.
function Confirm-NotBusy($Vm) {
  $second = [string]$Vm.SecondaryOperationalStatus
  if ($second -ne '') { Stop-Script 'DroverBusy' @{ status = $second } }
}

function Confirm-State($Vm, [string]$Wanted) {
  if ([string]$Vm.State -notmatch "^($Wanted)\z") { Stop-Script 'DroverWrongState' @{ state = [string]$Vm.State } }
}

function Get-VmState([guid]$VmId) {
  $vm = Hyper-V\Get-VM -Id $VmId
  $second = ''; if ($null -ne $vm.SecondaryOperationalStatus) { $second = [string]$vm.SecondaryOperationalStatus }
  [ordered]@{ vmId = [string]$vm.Id; name = [string]$vm.Name; state = [string]$vm.State; status = [string]$vm.PrimaryOperationalStatus; secondaryStatus = $second }
}

# A step's token is a folder's name and a line of notes: nothing that a path or a line reads otherwise.
function Confirm-Token([string]$Token) {
  if ($Token -cnotmatch '^[A-Za-z0-9][A-Za-z0-9_-]{0,79}\z') { Stop-Script 'DroverBadToken' }
}

# Whether a VM carries a token: in its notes, a line of its own, or in the path that New-VM set at once.
function Test-Token($Vm, [string]$Token) {
  $inNotes = @([string]$Vm.Notes -split '\r?\n') -ccontains "drover:$Token"
  $inPath = @(([string]$Vm.Path) -split '\\') -ccontains $Token
  [ordered]@{ inNotes = $inNotes; inPath = $inPath }
}

# Devices of the host that VMs have for themselves, by the VM's id: nothing moves with them.
function Get-DevicesByVm {
  $byVm = @{}
  foreach ($class in 'Msvm_PciExpressSettingData', 'Msvm_GpuPartitionSettingData') {
    $label = 'PCI device'; if ($class -eq 'Msvm_GpuPartitionSettingData') { $label = 'GPU partition' }
    # Which of them there are depends on the Windows.
    foreach ($one in @(CimCmdlets\Get-CimInstance -ClassName $class -Namespace 'root\virtualization\v2' -Property InstanceID -ErrorAction SilentlyContinue)) {
      if ([string]$one.InstanceID -notmatch '^Microsoft:([0-9A-Fa-f-]{36})\\') { continue }
      $id = ([string]$Matches[1]).ToLowerInvariant()
      if (-not $byVm.ContainsKey($id)) { $byVm[$id] = @() }
      $byVm[$id] += "$label $(@($byVm[$id] | Where-Object { $_.StartsWith($label, 'Ordinal') }).Count)"
    }
  }
  $byVm
}

function ConvertTo-Instant($Date) {
  if ($null -eq $Date) { return '' }
  $Date.ToUniversalTime().ToString('yyyy-MM-dd HH:mm:ss.fff').Replace(' ', 'T') + 'Z'
}

function Get-Hash($Value) {
  $bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -InputObject $Value -Depth 8 -Compress))
  ([BitConverter]::ToString([Security.Cryptography.SHA256]::Create().ComputeHash($bytes)) -replace '-', '').ToLowerInvariant()
}

try {
  #drover-allow unknown-command: stands before this
  Invoke-Script @args 3>&1 | ForEach-Object {
    if ($_ -is [Management.Automation.WarningRecord]) { Write-Record 'warning' ([string]$_.Message) }
    elseif ($_ -is [Collections.IDictionary] -and $_.Contains('progress')) { Write-Record 'progress' $_ }
    elseif ($null -ne $_) { Write-Record 'out' $_ }
  }
  Write-Record 'end' $true
} catch {
  Write-Record 'fault' (Get-Fault $_)
} finally {
  while ($run.held.Count -gt 0) { Exit-Mutex }
}
