# Pauses this host as a node of its cluster: nothing is placed on it any more. With $Drain the cluster moves away what it can.
param([Parameter(Mandatory = $true)][string]$HostId, [Parameter(Mandatory = $true)][bool]$Drain)
Confirm-Host $HostId
$node = Get-OwnNode
if ([string]$node.State -ne 'Paused') {
  if ([string]$node.State -ne 'Up') { Stop-Script 'DroverNodeNotUp' @{ state = [string]$node.State } }
  $name = [string]$node.Name
  Start-Change
  $said = @{}
  try { [void](FailoverClusters\Suspend-ClusterNode -Name $name -Drain:$Drain -Confirm:$false) } catch { $said = Get-Words $_ }
  $node = Wait-OwnNode 'Paused' $said
}
[ordered]@{ state = [string]$node.State; drain = [string]$node.DrainStatus }
