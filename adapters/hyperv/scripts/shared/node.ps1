# What scripts about a cluster's node have in common.

# This host, as its cluster has it; the cluster's cmdlets fail where its service does not run.
function Get-OwnNode {
  $name = Get-HostName
  $own = @(FailoverClusters\Get-ClusterNode | Where-Object { [string]$_.Name -eq $name })
  if ($own.Count -ne 1) { Stop-Script 'DroverNodeNotUp' @{ state = 'no node' } }
  $own[0]
}

# Half a minute: an error does not prove that nothing happened, nor does success that it did.
function Wait-OwnNode([string]$State, [hashtable]$Said) {
  for ($i = 0; $i -lt 30; $i++) {
    $node = Get-OwnNode
    if ([string]$node.State -eq $State) { return $node }
    Start-Sleep -Milliseconds 1000
  }
  $Said.state = [string]$node.State
  Stop-Script 'DroverNodeNotSo' $Said
}
