# What the account may see of the cluster of this host, and whether it gets from here to another node. Changes nothing.
$system = CimCmdlets\Get-CimInstance -ClassName Win32_ComputerSystem -Namespace 'root\cimv2' -Property Name
$cluster = FailoverClusters\Get-Cluster
$nodes = @(foreach ($node in @(FailoverClusters\Get-ClusterNode)) {
    [ordered]@{ name = [string]$node.Name; state = [string]$node.State; drain = [string]$node.DrainStatus }
  })
$answer = [ordered]@{ cluster = [string]$cluster.Name; nodes = $nodes; access = @(); accessFault = ''; hopTo = ''; hopFault = '' }
try {
  $answer.access = @(foreach ($rule in @(FailoverClusters\Get-ClusterAccess)) {
      [ordered]@{ who = [string]$rule.IdentityReference; kind = [string]$rule.AccessControlType; rights = [string]$rule.ClusterRights }
    })
} catch { $answer.accessFault = [string]$_.FullyQualifiedErrorId }
# The second hop: from a session without credentials of its own another node does not know who asks.
$others = @($nodes | Where-Object { $_.state -eq 'Up' -and $_.name -ne [string]$system.Name })
if ($others.Count -gt 0) {
  $answer.hopTo = [string]$others[0].name
  try { [void](FailoverClusters\Get-Cluster -Name $others[0].name) } catch { $answer.hopFault = [string]$_.FullyQualifiedErrorId }
}
$answer
