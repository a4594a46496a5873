# What seldom changes on one host: disks, adapters, checkpoints, switches. Each cmdlet once for all VMs.
# Says only "same" where all of it has the hash $KnownHash.
param([string]$KnownHash = '')

# Lists of what belongs to each VM. An object without a VM's id belongs to none.
function Group-ByVm($Objects) {
  $byVm = @{}
  foreach ($object in $Objects) {
    $id = [string]$object.VMId
    if (-not $byVm.ContainsKey($id)) { $byVm[$id] = New-Object -TypeName Collections.ArrayList }
    [void]$byVm[$id].Add($object)
  }
  $byVm
}

$vms = @(Hyper-V\Get-VM)
$drives = @(); $adapters = @(); $checkpoints = @(); $vlans = @(); $images = @()
if ($vms.Count -gt 0) {
  $drives = @($vms | Hyper-V\Get-VMHardDiskDrive)
  $images = @($vms | Hyper-V\Get-VMDvdDrive)
  $adapters = @($vms | Hyper-V\Get-VMNetworkAdapter)
  $checkpoints = @($vms | Hyper-V\Get-VMSnapshot)
}
if ($adapters.Count -gt 0) { $vlans = @(Hyper-V\Get-VMNetworkAdapterVlan -VMNetworkAdapter $adapters) }
$vlanOf = @{}; foreach ($vlan in $vlans) { $vlanOf[[string]$vlan.ParentAdapter.Id] = $vlan }
# A file that is gone or locked leaves its disk without a size, and spoils no other.
$vhdOf = @{}
$paths = @($drives | ForEach-Object { [string]$_.Path } | Where-Object { $_ -ne '' } | Sort-Object -Unique)
if ($paths.Count -gt 0) {
  foreach ($vhd in @(Hyper-V\Get-VHD -Path $paths -ErrorAction SilentlyContinue)) { $vhdOf[([string]$vhd.Path).ToLowerInvariant()] = $vhd }
}
$devicesOf = Get-DevicesByVm
$drivesOf = Group-ByVm $drives; $imagesOf = Group-ByVm $images; $adaptersOf = Group-ByVm $adapters; $checkpointsOf = Group-ByVm $checkpoints

$shown = foreach ($vm in $vms) {
  $id = [string]$vm.Id
  $disks = foreach ($drive in @($drivesOf[$id])) {
    if ($null -eq $drive) { continue }
    $disk = [ordered]@{ id = [string]$drive.Id; path = [string]$drive.Path; controller = [string]$drive.ControllerType; number = [int]$drive.ControllerNumber; location = [int]$drive.ControllerLocation }
    $vhd = $vhdOf[$disk.path.ToLowerInvariant()]
    if ($null -ne $vhd) { $disk.sizeBytes = [long]$vhd.Size; $disk.kind = [string]$vhd.VhdType; $disk.parent = [string]$vhd.ParentPath }
    $disk
  }
  $nics = foreach ($adapter in @($adaptersOf[$id])) {
    if ($null -eq $adapter) { continue }
    $nic = [ordered]@{
      id = [string]$adapter.Id; name = [string]$adapter.Name; switchId = [string]$adapter.SwitchId; switchName = [string]$adapter.SwitchName; mac = [string]$adapter.MacAddress
      vmqWeight = [int]$adapter.VmqWeight; addresses = @(foreach ($one in $adapter.IPAddresses) { [string]$one })
    }
    $vlan = $vlanOf[$nic.id]
    if ($null -ne $vlan) { $nic.vlanMode = [string]$vlan.OperationMode; $nic.vlanId = [int]$vlan.AccessVlanId }
    $nic
  }
  $points = foreach ($point in @($checkpointsOf[$id])) {
    if ($null -eq $point) { continue }
    [ordered]@{ id = [string]$point.Id; name = [string]$point.Name; parent = [string]$point.ParentSnapshotId; createdAt = ConvertTo-Instant $point.CreationTime }
  }
  [ordered]@{
    id = $id; name = [string]$vm.Name; state = [string]$vm.State; status = [string]$vm.PrimaryOperationalStatus; secondaryStatus = [string]$vm.SecondaryOperationalStatus
    notes = [string]$vm.Notes; isClustered = [bool]$vm.IsClustered; generation = [int]$vm.Generation; version = [string]$vm.Version; path = [string]$vm.Path
    createdAt = ConvertTo-Instant $vm.CreationTime; processors = [int]$vm.ProcessorCount; memoryBytes = [long]$vm.MemoryStartup; hasDynamicMemory = [bool]$vm.DynamicMemoryEnabled
    replication = [string]$vm.ReplicationMode; replicationState = [string]$vm.ReplicationState
    disks = @($disks); images = @(foreach ($image in @($imagesOf[$id])) { if ($null -ne $image -and [string]$image.Path -ne '') { [string]$image.Path } })
    nics = @($nics); checkpoints = @($points); devices = @($devicesOf[$id] | Where-Object { $null -ne $_ })
  }
}
# A planned VM is half of a move that has not ended: no VM of its own.
$planned = foreach ($one in @(CimCmdlets\Get-CimInstance -ClassName Msvm_PlannedComputerSystem -Namespace 'root\virtualization\v2' -Property Name, ElementName)) {
  [ordered]@{ id = ([string]$one.Name).ToLowerInvariant(); name = [string]$one.ElementName }
}
$switches = foreach ($vmSwitch in @(Hyper-V\Get-VMSwitch)) { [ordered]@{ id = [string]$vmSwitch.Id; name = [string]$vmSwitch.Name; kind = [string]$vmSwitch.SwitchType } }
$vmHost = Hyper-V\Get-VMHost
$all = [ordered]@{
  hostId = Get-HostId; vmPath = [string]$vmHost.VirtualMachinePath; diskPath = [string]$vmHost.VirtualHardDiskPath
  maxMoves = [int]$vmHost.MaximumVirtualMachineMigrations; maxStorageMoves = [int]$vmHost.MaximumStorageMigrations
  vms = @($shown); planned = @($planned); switches = @($switches)
}
$hash = Get-Hash $all
if ($hash -eq $KnownHash) { return [ordered]@{ same = $true; hash = $hash } }
$all.same = $false; $all.hash = $hash
$all
