# Moves a VM: its role in a cluster, itself between hosts that are in none, its files. Followed to the end, which the host tells.
# A move that has begun goes on without this script: who comes later finds it by find-move.
param(
  [Parameter(Mandatory = $true)][guid]$VmId,
  [Parameter(Mandatory = $true)][string]$HostId,
  [Parameter(Mandatory = $true)][string]$Token,
  [Parameter(Mandatory = $true)][ValidateSet('Live', 'Quick', 'Off')][string]$Way,
  # Where to, as the cluster and as the network call that host; none: it stays on this one.
  [string]$Node = '',
  [string]$Destination = '',
  # Files go into a folder of the VM's own below it; none: they stay.
  [string]$Root = ''
)
Confirm-Token $Token
Enter-Mutex $Token 2000
$vm = Get-ChangeableVm $VmId $HostId
Confirm-NotBusy $vm
# Consent to stop it was given or not for what it was then: a VM that runs is never moved as one that is off.
if ($Way -eq 'Off') { Confirm-State $vm 'Off|Saved' } else { Confirm-State $vm 'Running|Paused' }
$isClustered = [bool]$vm.IsClustered
if ($isClustered -and $Destination -ne '' -and $Root -ne '') { Stop-Script 'DroverNotTogether' }
if (-not $isClustered -and $Way -eq 'Quick') { Stop-Script 'DroverNotClustered' }
if ($isClustered -and $Destination -ne '') {
  $target = @(FailoverClusters\Get-ClusterNode | Where-Object { [string]$_.Name -eq $Node })
  $state = 'no node'; if ($target.Count -eq 1) { $state = [string]$target[0].State }
  if ($state -ne 'Up') { Stop-Script 'DroverNodeNotUp' @{ host = $Node; state = $state } }
}
$before = Get-Move $VmId $isClustered
if ($before.isMoving -or $before.isPending) { Stop-Script 'DroverBusy' @{ status = $before.state } }
$folder = ''; if ($Root -ne '') { $folder = "$Root\$(Get-OwnFolder $vm)" }

Start-Change
$said = @{}; $last = 0; $asked = $null
if ($isClustered -and $Destination -ne '') {
  $kind = 'Quick'; if ($Way -eq 'Live') { $kind = 'Live' }
  # An error of the cluster does not prove that it does nothing: what becomes of the role tells.
  try { [void](FailoverClusters\Move-ClusterVirtualMachineRole -VMId $VmId -Node $Node -MigrationType $kind -Wait 0) } #drover-allow second-hop: refused where it is not delegated, and then seen below
  catch { $said = Get-Words $_ }
  # It may take a moment until the role shows that it moves; ten looks in a row at one that stands still are an end.
  $still = 0
  while ($true) {
    $move = Get-Move $VmId $true
    $isThere = $move.owner -eq $Node
    if ($move.isMoving -or $move.isPending) { $still = 0 } elseif ($isThere) { break } else { $still++ }
    if ($still -ge 10) {
      if ($move.jobId -ne $before.jobId -and $move.words -ne '') { $said.words = $move.words }
      $said.owner = $move.owner; $said.state = $move.state
      Stop-Script 'DroverMoveFailed' $said
    }
    if ($move.percent -gt $last) { $last = $move.percent; [ordered]@{ progress = 'move'; percent = $last } }
    Wait-Poll
  }
}
else {
  try {
    if ($Destination -eq '') { $asked = Hyper-V\Move-VMStorage -VM $vm -DestinationStoragePath $folder -AsJob -Confirm:$false }
    elseif ($folder -eq '') { $asked = Hyper-V\Move-VM -VM $vm -DestinationHost $Destination -IncludeStorage:$false -AsJob -Confirm:$false }
    else { $asked = Hyper-V\Move-VM -VM $vm -DestinationHost $Destination -IncludeStorage -DestinationStoragePath $folder -AsJob -Confirm:$false }
    while ([string]$asked.State -notin 'Completed', 'Failed', 'Stopped') {
      $move = Get-Move $VmId $false
      if ($move.percent -gt $last) { $last = $move.percent; [ordered]@{ progress = 'move'; percent = $last } }
      Wait-Poll
    }
    [void](Receive-Job -Job $asked)
  } catch { $said = Get-Words $_ }
  # The host's word on the end is its job; without one, its error.
  if ($said.Count -gt 0 -or [string]$asked.State -ne 'Completed') {
    $move = Get-Move $VmId $false
    if ($move.jobId -ne $before.jobId -and $move.words -ne '') { $said.words = $move.words }
    if ($move.isMoving) { Stop-Script 'DroverMoveUnknown' $said }
    Stop-Script 'DroverMoveFailed' $said
  }
}
$path = ''; if ($Destination -eq '') { $path = [string](Hyper-V\Get-VM -Id $VmId).Path }
[ordered]@{ vmId = [string]$VmId; path = $path }
