# A failover cluster, asked on any of its nodes: nodes, groups with their VMs, shared volumes.
$nodes = foreach ($node in @(FailoverClusters\Get-ClusterNode)) {
  [ordered]@{ name = [string]$node.Name; state = [string]$node.State; drain = [string]$node.DrainStatus }
}
# A role's VM is a private property of its resource.
$groupOf = @{}; $vmIds = @{}
$resources = @(FailoverClusters\Get-ClusterResource | Where-Object { [string]$_.ResourceType -eq 'Virtual Machine' })
foreach ($resource in $resources) { $groupOf[[string]$resource.Name] = [string]$resource.OwnerGroup }
if ($resources.Count -gt 0) {
  foreach ($property in @($resources | FailoverClusters\Get-ClusterParameter -Name VmId)) {
    $vmIds[$groupOf[[string]$property.ClusterObject]] = ([string]$property.Value).ToLowerInvariant()
  }
}
$groups = foreach ($group in @(FailoverClusters\Get-ClusterGroup)) {
  $vmId = ''; if ($vmIds.ContainsKey([string]$group.Name)) { $vmId = $vmIds[[string]$group.Name] }
  # Status 4: it waits in the queue of moves.
  [ordered]@{
    name = [string]$group.Name; kind = [string]$group.GroupType; isCore = [bool]$group.IsCoreGroup; state = [string]$group.State
    owner = [string]$group.OwnerNode.Name; vmId = $vmId; isQueued = (([uint64]$group.StatusInformation -band 4) -ne 0)
    priority = [int]$group.Priority; apart = @(foreach ($one in $group.AntiAffinityClassNames) { [string]$one })
  }
}
$states = @{}
foreach ($state in @(FailoverClusters\Get-ClusterSharedVolumeState)) {
  $name = [string]$state.Name
  if (-not $states.ContainsKey($name)) { $states[$name] = @() }
  $states[$name] += [ordered]@{
    node = [string]$state.Node; access = [string]$state.StateInfo
    reasons = @(@([string]$state.FileSystemRedirectedIOReason, [string]$state.BlockRedirectedIOReason) | Where-Object { $_ -notmatch '^Not' })
  }
}
$volumes = foreach ($volume in @(FailoverClusters\Get-ClusterSharedVolume)) {
  $name = [string]$volume.Name
  $access = @(); if ($states.ContainsKey($name)) { $access = $states[$name] }
  $one = [ordered]@{ id = [string]$volume.Id; name = $name; state = [string]$volume.State; owner = [string]$volume.OwnerNode.Name; access = $access }
  # A volume that is offline has no partition.
  $shown = @($volume.SharedVolumeInfo)[0]
  if ($null -ne $shown) {
    $one.path = [string]$shown.FriendlyVolumeName; $one.fault = [string]$shown.FaultState; $one.inMaintenance = [bool]$shown.MaintenanceMode
    if ($null -ne $shown.Partition) { $one.sizeBytes = [long]$shown.Partition.Size; $one.freeBytes = [long]$shown.Partition.FreeSpace }
  }
  $one
}
# Server 2016 does not know them.
$rules = @()
if (@(Get-Module -Name 'FailoverClusters' | Where-Object { $_.ExportedCommands.ContainsKey('Get-ClusterAffinityRule') }).Count -gt 0) {
  #drover-allow unknown-command: asked before
  $rules = @(foreach ($rule in @(FailoverClusters\Get-ClusterAffinityRule)) {
      [ordered]@{ name = [string]$rule.Name; kind = [string]$rule.RuleType; isOn = [bool]$rule.Enabled; groups = @(foreach ($one in $rule.Groups) { [string]$one }) }
    })
}
$cluster = FailoverClusters\Get-Cluster
$answer = [ordered]@{ cluster = [string]$cluster.Name; clusterId = ([string]$cluster.Id).ToLowerInvariant(); nodes = @($nodes); groups = @($groups); volumes = @($volumes) }
# Of Server 2022 and later.
$limit = $cluster.PSObject.Properties['MaximumParallelMigrations']; if ($null -ne $limit) { $answer.maxMoves = [int]$limit.Value }
$answer.rules = $rules; $answer.enforcesApart = ([long]$cluster.ClusterEnforcedAntiAffinity -ne 0)
$answer
