# Sets what is given of one adapter: its switch ('' takes it off), its VLAN (0 is untagged), its VMQ weight (0 switches VMQ off).
param(
  [Parameter(Mandatory = $true)][guid]$VmId,
  [Parameter(Mandatory = $true)][string]$HostId,
  [Parameter(Mandatory = $true)][string]$NicId,
  [string]$SwitchId,
  [int]$VlanId,
  [int]$VmqWeight
)
$given = $PSBoundParameters
$vm = Get-ChangeableVm $VmId $HostId
$found = @(Hyper-V\Get-VMNetworkAdapter -VM $vm | Where-Object { [string]$_.Id -ceq $NicId })
if ($found.Count -ne 1) { Stop-Script 'DroverNicMissing' }
$adapter = $found[0]
$vmSwitch = $null; if ($given.ContainsKey('SwitchId') -and $SwitchId -ne '') { $vmSwitch = Hyper-V\Get-VMSwitch -Id ([guid]$SwitchId) }
Start-Change
if ($null -ne $vmSwitch) { Hyper-V\Connect-VMNetworkAdapter -VMNetworkAdapter $adapter -VMSwitch $vmSwitch }
elseif ($given.ContainsKey('SwitchId')) { Hyper-V\Disconnect-VMNetworkAdapter -VMNetworkAdapter $adapter }
if ($given.ContainsKey('VlanId')) {
  if ($VlanId -eq 0) { Hyper-V\Set-VMNetworkAdapterVlan -VMNetworkAdapter $adapter -Untagged }
  else { Hyper-V\Set-VMNetworkAdapterVlan -VMNetworkAdapter $adapter -Access -VlanId $VlanId }
}
if ($given.ContainsKey('VmqWeight')) { Hyper-V\Set-VMNetworkAdapter -VMNetworkAdapter $adapter -VmqWeight $VmqWeight }
# Read back: what the host says now is the answer.
$now = @(Hyper-V\Get-VMNetworkAdapter -VM $vm | Where-Object { [string]$_.Id -ceq $NicId })[0]
$vlan = Hyper-V\Get-VMNetworkAdapterVlan -VMNetworkAdapter $now
[ordered]@{
  vmId = [string]$vm.Id; nicId = [string]$now.Id; switchId = [string]$now.SwitchId; switchName = [string]$now.SwitchName
  vlanMode = [string]$vlan.OperationMode; vlanId = [int]$vlan.AccessVlanId; vmqWeight = [int]$now.VmqWeight
}
