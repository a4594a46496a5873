# What moves: every VM of one host by one CIM call, without thumbnails, and the room on its drives.
$namespace = 'root\virtualization\v2'
$service = CimCmdlets\Get-CimInstance -ClassName Msvm_VirtualSystemManagementService -Namespace $namespace -Property Name
# 0 id, 1 name, 4 processors, 100 state, 101 load, 103 memory, 104 heartbeat, 105 uptime, 106 guest, 108 tasks, 109 health, 110 status
$wanted = [uint32[]](0, 1, 4, 100, 101, 103, 104, 105, 106, 108, 109, 110)
$answer = CimCmdlets\Invoke-CimMethod -InputObject $service -MethodName GetSummaryInformation -Arguments @{ RequestedInformation = $wanted }
if ([long]$answer.ReturnValue -ne 0) { Stop-Script 'DroverSummaryRefused' @{ value = $answer.ReturnValue } }
$vms = foreach ($s in @($answer.SummaryInformation)) {
  if ($null -eq $s) { continue }
  # Health 25 is critical whatever the state says; the second status tells of merges and moves. Null is "not known", never zero.
  $vm = [ordered]@{
    id = ([string]$s.Name).ToLowerInvariant(); name = [string]$s.ElementName; state = [int]$s.EnabledState; health = [int]$s.HealthState
    status = @(foreach ($one in $s.OperationalStatus) { [int]$one }); processors = [int]$s.NumberOfProcessors; uptimeMs = [long]$s.UpTime; guest = [string]$s.GuestOperatingSystem
  }
  # Tasks are references: each that still runs is read. One that ended meanwhile is none.
  $tasks = foreach ($reference in @($s.AsynchronousTasks)) {
    if ($null -eq $reference) { continue }
    foreach ($task in @(CimCmdlets\Get-CimInstance -InputObject $reference -ErrorAction SilentlyContinue)) { [ordered]@{ name = [string]$task.ElementName; percent = [int]$task.PercentComplete } }
  }
  $vm.tasks = @($tasks)
  if ($null -ne $s.ProcessorLoad) { $vm.loadPercent = [int]$s.ProcessorLoad }
  if ($null -ne $s.MemoryUsage) { $vm.memoryMb = [long]$s.MemoryUsage }
  if ($null -ne $s.Heartbeat) { $vm.heartbeat = [int]$s.Heartbeat }
  $vm
}
$local = foreach ($drive in @(CimCmdlets\Get-CimInstance -ClassName Win32_LogicalDisk -Namespace 'root\cimv2' -Filter 'DriveType=3' -Property DeviceID, Size, FreeSpace)) {
  [ordered]@{ name = [string]$drive.DeviceID; sizeBytes = [long]$drive.Size; freeBytes = [long]$drive.FreeSpace }
}
$windows = CimCmdlets\Get-CimInstance -ClassName Win32_OperatingSystem -Namespace 'root\cimv2' -Property FreePhysicalMemory
[ordered]@{ hostId = Get-HostId; memoryFreeBytes = [long]$windows.FreePhysicalMemory * 1024; vms = @($vms); drives = @($local) }
