# Takes back a create-vm that was called off: the VM that is not whole yet, and its folder. A whole one is left alone.
param(
  [Parameter(Mandatory = $true)][string]$HostId,
  [Parameter(Mandatory = $true)][string]$Token,
  [Parameter(Mandatory = $true)][string]$Root
)
Confirm-Token $Token
Confirm-Host $HostId
# The script that was ended may take a moment to be over.
Enter-Mutex $Token 20000
$folder = "$Root\$Token"
$own = @(Hyper-V\Get-VM | Where-Object { (Test-Token $_ $Token).inPath })
$whole = @($own | Where-Object { (Test-Token $_ $Token).inNotes })
if ($whole.Count -gt 0) { return [ordered]@{ isGone = $false; vmId = [string]$whole[0].Id } }
Start-Change
foreach ($vm in $own) {
  if ([bool]$vm.IsClustered) { FailoverClusters\Remove-ClusterGroup -VMId $vm.Id -RemoveResources -Force -Confirm:$false }
  foreach ($drive in @(Hyper-V\Get-VMHardDiskDrive -VM $vm)) { Hyper-V\Remove-VMHardDiskDrive -VMHardDiskDrive $drive -Confirm:$false }
  Hyper-V\Remove-VM -VM $vm -Force -Confirm:$false
}
# Named by the token: nothing in it is anybody else's.
if (Test-Path -LiteralPath $folder) { Remove-Item -LiteralPath $folder -Recurse -Force -Confirm:$false }
[ordered]@{ isGone = $true; vmId = '' }
