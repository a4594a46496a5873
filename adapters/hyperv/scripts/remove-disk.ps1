# Takes one disk off a VM; its file stays. A running VM gives up SCSI disks alone: the host says no to others.
param(
  [Parameter(Mandatory = $true)][guid]$VmId,
  [Parameter(Mandatory = $true)][string]$HostId,
  [Parameter(Mandatory = $true)][string]$DiskId,
  [Parameter(Mandatory = $true)][string]$Path
)
$vm = Get-ChangeableVm $VmId $HostId
$drives = @(Hyper-V\Get-VMHardDiskDrive -VM $vm)
$found = @($drives | Where-Object { [string]$_.Id -ceq $DiskId })
# Its id says where it hangs, too: another file at that place is another disk.
if ($found.Count -eq 1 -and [string]$found[0].Path -ne $Path) { Stop-Script 'DroverPartsChanged' @{ found = [string]$found[0].Path } }
if ($found.Count -eq 0 -and @($drives | Where-Object { [string]$_.Path -eq $Path }).Count -gt 0) { Stop-Script 'DroverPartsChanged' @{ found = $Path } }
if ($found.Count -eq 1) {
  Start-Change
  Hyper-V\Remove-VMHardDiskDrive -VMHardDiskDrive $found[0] -Confirm:$false
}
$left = @(Hyper-V\Get-VMHardDiskDrive -VM $vm | Where-Object { [string]$_.Path -eq $Path })
[ordered]@{ vmId = [string]$vm.Id; path = $Path; isOff = ($left.Count -eq 0); hasFile = [bool](Test-Path -LiteralPath $Path); wasOff = ($found.Count -eq 0) }
