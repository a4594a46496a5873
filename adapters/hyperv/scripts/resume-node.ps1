# Lets this host take part in its cluster again, from whatever part of a drain. With $Failback what was drained comes back.
param([Parameter(Mandatory = $true)][string]$HostId, [Parameter(Mandatory = $true)][bool]$Failback)
Confirm-Host $HostId
$node = Get-OwnNode
if ([string]$node.State -ne 'Up') {
  if ([string]$node.State -ne 'Paused') { Stop-Script 'DroverNodeNotUp' @{ state = [string]$node.State } }
  $name = [string]$node.Name
  Start-Change
  $said = @{}
  try {
    if ($Failback) { [void](FailoverClusters\Resume-ClusterNode -Name $name -Failback Immediate) }
    else { [void](FailoverClusters\Resume-ClusterNode -Name $name -Failback NoFailback) }
  } catch { $said = Get-Words $_ }
  $node = Wait-OwnNode 'Up' $said
}
[ordered]@{ state = [string]$node.State; drain = [string]$node.DrainStatus }
