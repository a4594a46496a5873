# Asks the host, or the cluster, to stop the move of a VM, and waits for what comes of it.
param([Parameter(Mandatory = $true)][guid]$VmId, [Parameter(Mandatory = $true)][string]$HostId, [string]$Root = '')
Confirm-Host $HostId
$name = Get-HostName
$found = @(Hyper-V\Get-VM | Where-Object { [string]$_.Id -eq [string]$VmId })
# It went before it could be stopped.
if ($found.Count -eq 0) { return [ordered]@{ isHere = $false; isMoved = $true } }
$isClustered = [bool]$found[0].IsClustered
$move = Get-Move $VmId $isClustered
if ($move.isMoving -or $move.isPending) {
  Start-Change
  if ($isClustered -and ($move.state -eq 'Pending' -or $move.jobId -eq '')) { [void](FailoverClusters\Move-ClusterVirtualMachineRole -VMId $VmId -Cancel) } #drover-allow second-hop: as in move-vm
  else {
    $job = Get-MoveJob $VmId
    # 5: end it now.
    if ($null -ne $job -and [int]$job.JobState -lt 7) { [void](CimCmdlets\Invoke-CimMethod -InputObject $job -MethodName RequestStateChange -Arguments @{ RequestedState = [uint16]5 }) }
  }
}
$still = 0
for ($i = 0; $i -lt 100 -and $still -lt 3; $i++) {
  $move = Get-Move $VmId $isClustered
  if ($move.isMoving -or $move.isPending) { $still = 0 } else { $still++ }
  Wait-Poll
}
if ($still -lt 3) { Stop-Script 'DroverMoveUnknown' @{ state = $move.state } }
$left = @(Hyper-V\Get-VM | Where-Object { [string]$_.Id -eq [string]$VmId })
$isHere = $left.Count -gt 0 -and (-not $isClustered -or $move.owner -eq $name)
# Of files: they are where that move was to bring them.
$isMoved = $Root -ne '' -and $left.Count -gt 0 -and [string]$left[0].Path -eq "$Root\$(Get-OwnFolder $left[0])"
[ordered]@{ isHere = $isHere; isMoved = [bool]$isMoved }
