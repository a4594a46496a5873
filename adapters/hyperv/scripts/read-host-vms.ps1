# How a host stands now: as a node of its cluster, and with which VMs.
param([Parameter(Mandatory = $true)][string]$HostId)
Confirm-Host $HostId
# A host without the feature has no such class, or no such instance.
$service = @(CimCmdlets\Get-CimInstance -ClassName Win32_Service -Namespace 'root\cimv2' -Filter "Name='ClusSvc'" -Property State)
$state = ''; $drain = ''
if ($service.Count -eq 1) {
  if ([string]$service[0].State -ne 'Running') { Stop-Script 'DroverNodeNotUp' @{ state = [string]$service[0].State } }
  $node = Get-OwnNode
  $state = [string]$node.State; $drain = [string]$node.DrainStatus
}
$vms = foreach ($vm in @(Hyper-V\Get-VM)) {
  [ordered]@{ id = [string]$vm.Id; name = [string]$vm.Name; state = [string]$vm.State; replication = [string]$vm.ReplicationMode }
}
[ordered]@{ hostId = $HostId; state = $state; drain = $drain; vms = @($vms) }
