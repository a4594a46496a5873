# Deletes a VM that is off, exactly as the plan listed it (H19): each disk and image is in $Delete or in $Keep, else nothing is done.
# The VM itself goes last, so that a run that stopped anywhere is found by the VM and goes on.
# With $Recycle files are moved into the folder of that name at the root of their own volume: a move to another one would be a copy.
param(
  [Parameter(Mandatory = $true)][guid]$VmId,
  [Parameter(Mandatory = $true)][string]$HostId,
  [Parameter(Mandatory = $true)][string]$Token,
  [Parameter(Mandatory = $true)][AllowEmptyCollection()][string[]]$Delete,
  [Parameter(Mandatory = $true)][AllowEmptyCollection()][string[]]$Keep,
  [string]$Recycle = ''
)
# The root of the shared volume, or of the drive, that a file lies on.
function Get-Root([string]$File) { [regex]::Match($File, '^[a-z]:(\\ClusterStorage\\[^\\]+)?', 'IgnoreCase').Value }

Confirm-Token $Token
Enter-Mutex $Token 2000
# One at a time on a host: a disk that another deletion has just removed could not be told from one that cannot be read.
Enter-Mutex 'deletions' 45000
$vm = Get-ChangeableVm $VmId $HostId
if ([string]$vm.State -ne 'Off' -and [string]$vm.State -ne 'Saved') { Stop-Script 'DroverNotOff' @{ state = [string]$vm.State } }
Confirm-NotBusy $vm
# A checkpoint's file would be merged into the disk that goes: those are removed first, by a step of their own.
if (@(Hyper-V\Get-VMSnapshot -VM $vm).Count -gt 0) { Stop-Script 'DroverHasCheckpoints' }
$mark = "drover-delete:$Token"
$isBegun = @([string]$vm.Notes -split '\r?\n') -ccontains $mark
$drives = @(Hyper-V\Get-VMHardDiskDrive -VM $vm)
$images = @(Hyper-V\Get-VMDvdDrive -VM $vm | ForEach-Object { [string]$_.Path } | Where-Object { $_ -ne '' })
$attached = @(@($drives | ForEach-Object { [string]$_.Path }) + $images)
$planned = @($Delete) + @($Keep)
$added = @($attached | Where-Object { $planned -notcontains $_ })
$missing = @($planned | Where-Object { $attached -notcontains $_ })
if ($added.Count -gt 0) { Stop-Script 'DroverPartsChanged' @{ added = ($added -join '|') } }
# Only where this very step took them off before is a planned file without its drive ours to delete.
if ($missing.Count -gt 0 -and -not $isBegun) { Stop-Script 'DroverPartsChanged' @{ missing = ($missing -join '|') } }
# What another VM of this host uses, itself or as a parent, stays. What cannot be read may be such a use.
$others = @(Hyper-V\Get-VM | Where-Object { [string]$_.Id -ne [string]$vm.Id })
if ($others.Count -gt 0 -and $Delete.Count -gt 0) {
  foreach ($drive in @($others | Hyper-V\Get-VMDvdDrive)) {
    if ($Delete -contains [string]$drive.Path) { Stop-Script 'DroverDiskShared' @{ path = [string]$drive.Path; vm = [string]$drive.VMId } }
  }
  foreach ($drive in @($others | Hyper-V\Get-VMHardDiskDrive)) {
    $at = [string]$drive.Path
    while ($at -ne '') {
      if ($Delete -contains $at) { Stop-Script 'DroverDiskShared' @{ path = $at; vm = [string]$drive.VMId } }
      $vhd = @(Hyper-V\Get-VHD -Path $at -ErrorAction SilentlyContinue)
      if ($vhd.Count -eq 0) { Stop-Script 'DroverUseUnknown' @{ path = $at; vm = [string]$drive.VMId } }
      $at = [string]$vhd[0].ParentPath
    }
  }
}
if ($Recycle -ne '') { foreach ($file in $Delete) { if ((Get-Root $file) -eq '') { Stop-Script 'DroverVolumeUnknown' @{ path = $file } } } }

Start-Change
if (-not $isBegun) { Hyper-V\Set-VM -VM $vm -Notes (([string]$vm.Notes + "`n" + $mark).TrimStart("`n")) }
if ([bool]$vm.IsClustered) { FailoverClusters\Remove-ClusterGroup -VMId $VmId -RemoveResources -Force -Confirm:$false }
[ordered]@{ progress = 'files'; percent = 20 }
foreach ($drive in $drives) { Hyper-V\Remove-VMHardDiskDrive -VMHardDiskDrive $drive -Confirm:$false }
$gone = @()
foreach ($file in $Delete) {
  if (-not (Test-Path -LiteralPath $file)) { continue }
  if ($Recycle -eq '') { Remove-Item -LiteralPath $file -Force -Confirm:$false }
  else {
    $target = "$(Get-Root $file)\$Recycle\$Token"
    if (-not (Test-Path -LiteralPath $target)) { [void](New-Item -ItemType Directory -Path $target) }
    # Two files of one name would be one there: a number keeps both.
    $leaf = @($file -split '\\')[-1]; $free = $leaf; $n = 1
    while (Test-Path -LiteralPath "$target\$free") { $n++; $free = "$n-$leaf" }
    Move-Item -LiteralPath $file -Destination "$target\$free"
  }
  $gone += $file
}
[ordered]@{ progress = 'vm'; percent = 90 }
Hyper-V\Remove-VM -VM $vm -Force -Confirm:$false
[ordered]@{
  vmId = [string]$VmId; isGone = (@(Hyper-V\Get-VM | Where-Object { [string]$_.Id -eq [string]$VmId }).Count -eq 0)
  deleted = $gone; kept = @($Keep | Where-Object { Test-Path -LiteralPath $_ }); wentOn = $isBegun
}
