# What the host, and the cluster, say against a move that was not ordered. Changes nothing.
param(
  [Parameter(Mandatory = $true)][guid]$VmId,
  [Parameter(Mandatory = $true)][string]$HostId,
  [Parameter(Mandatory = $true)][string]$Node,
  [Parameter(Mandatory = $true)][string]$Destination,
  [string]$Root = ''
)
$vm = Get-ChangeableVm $VmId $HostId
$isClustered = [bool]$vm.IsClustered
$findings = @()
$second = [string]$vm.SecondaryOperationalStatus
if ($second -ne '') { $findings += [ordered]@{ severity = 'error'; code = 'Get-VM SecondaryOperationalStatus'; words = $second } }
if ($isClustered) {
  $known = @(FailoverClusters\Get-ClusterNode | Where-Object { [string]$_.Name -eq $Node })
  if ($known.Count -ne 1) { $findings += [ordered]@{ severity = 'error'; code = 'Get-ClusterNode'; words = "no node $Node" } }
  elseif ([string]$known[0].State -ne 'Up') { $findings += [ordered]@{ severity = 'error'; code = 'Get-ClusterNode State'; words = [string]$known[0].State } }
  $group = FailoverClusters\Get-ClusterGroup -VMId $VmId
  foreach ($resource in @(FailoverClusters\Get-ClusterResource | Where-Object { [string]$_.ResourceType -eq 'Virtual Machine' -and [string]$_.OwnerGroup -eq [string]$group.Name })) {
    $owners = @(($resource | FailoverClusters\Get-ClusterOwnerNode).OwnerNodes | ForEach-Object { [string]$_.Name })
    if ($owners -notcontains $Node) { $findings += [ordered]@{ severity = 'error'; code = 'Get-ClusterOwnerNode'; words = ($owners -join ', ') } }
  }
}
# It asks the other host in the name of this session. A cluster moves without that: there a comparison that cannot be made is a warning.
$unasked = 'error'; if ($isClustered) { $unasked = 'warning' }
try {
  if ($Root -eq '' -or $isClustered) { $report = Hyper-V\Compare-VM -VM $vm -DestinationHost $Destination -IncludeStorage:$false }
  else { $report = Hyper-V\Compare-VM -VM $vm -DestinationHost $Destination -IncludeStorage -DestinationStoragePath "$Root\$(Get-OwnFolder $vm)" }
  foreach ($one in @($report.Incompatibilities | Where-Object { $null -ne $_ })) {
    $findings += [ordered]@{ severity = 'error'; code = "Compare-VM $([long]$one.MessageId)"; words = [string]$one.Message }
  }
} catch { $findings += [ordered]@{ severity = $unasked; code = [string]$_.FullyQualifiedErrorId; words = [string]$_.Exception.Message } }
[ordered]@{ vmId = [string]$VmId; findings = @($findings) }
