# One VM now, with what a change of it is checked against.
param([Parameter(Mandatory = $true)][guid]$VmId, [Parameter(Mandatory = $true)][string]$HostId)
$vm = Get-CheckedVm $VmId $HostId
$disks = foreach ($drive in @(Hyper-V\Get-VMHardDiskDrive -VM $vm)) {
  $disk = [ordered]@{ id = [string]$drive.Id; path = [string]$drive.Path; controller = [string]$drive.ControllerType; number = [int]$drive.ControllerNumber; location = [int]$drive.ControllerLocation }
  $vhd = $null; if ($disk.path -ne '') { $vhd = @(Hyper-V\Get-VHD -Path $disk.path -ErrorAction SilentlyContinue)[0] }
  if ($null -ne $vhd) { $disk.sizeBytes = [long]$vhd.Size; $disk.fileBytes = [long]$vhd.FileSize; $disk.kind = [string]$vhd.VhdType; $disk.parent = [string]$vhd.ParentPath }
  $disk
}
$nics = foreach ($adapter in @(Hyper-V\Get-VMNetworkAdapter -VM $vm)) {
  $vlan = Hyper-V\Get-VMNetworkAdapterVlan -VMNetworkAdapter $adapter
  [ordered]@{
    id = [string]$adapter.Id; name = [string]$adapter.Name; switchId = [string]$adapter.SwitchId; switchName = [string]$adapter.SwitchName; mac = [string]$adapter.MacAddress
    vmqWeight = [int]$adapter.VmqWeight; vlanMode = [string]$vlan.OperationMode; vlanId = [int]$vlan.AccessVlanId; addresses = @(foreach ($one in $adapter.IPAddresses) { [string]$one })
  }
}
$checkpoints = foreach ($point in @(Hyper-V\Get-VMSnapshot -VM $vm)) { [ordered]@{ id = [string]$point.Id; name = [string]$point.Name } }
$answer = Get-VmState $VmId
$answer.notes = [string]$vm.Notes; $answer.isClustered = [bool]$vm.IsClustered; $answer.generation = [int]$vm.Generation; $answer.path = [string]$vm.Path
$answer.processors = [int]$vm.ProcessorCount; $answer.memoryBytes = [long]$vm.MemoryStartup; $answer.hasDynamicMemory = [bool]$vm.DynamicMemoryEnabled
$answer.uptimeMs = [long]$vm.Uptime.TotalMilliseconds; $answer.replication = [string]$vm.ReplicationMode
$answer.memoryAssignedBytes = [long]$vm.MemoryAssigned; $answer.devices = @((Get-DevicesByVm)[[string]$vm.Id] | Where-Object { $null -ne $_ })
$answer.heartbeat = [string]$vm.Heartbeat
$answer.images = @(Hyper-V\Get-VMDvdDrive -VM $vm | ForEach-Object { [string]$_.Path } | Where-Object { $_ -ne '' })
$answer.disks = @($disks); $answer.nics = @($nics); $answer.checkpoints = @($checkpoints)
$answer
