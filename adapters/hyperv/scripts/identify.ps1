# Tells which host this is, and of which cluster. Changes nothing.
$system = CimCmdlets\Get-CimInstance -ClassName Win32_ComputerSystem -Namespace 'root\cimv2' -Property Name, Domain, TotalPhysicalMemory, NumberOfLogicalProcessors
$windows = CimCmdlets\Get-CimInstance -ClassName Win32_OperatingSystem -Namespace 'root\cimv2' -Property Caption, Version, LastBootUpTime
$processors = @(CimCmdlets\Get-CimInstance -ClassName Win32_Processor -Namespace 'root\cimv2' -Property Manufacturer)
# A host without the feature has no such class, or no such instance.
$service = @(CimCmdlets\Get-CimInstance -ClassName Win32_Service -Namespace 'root\cimv2' -Filter "Name='ClusSvc'" -Property State)
$cluster = ''; $clusterId = ''
if ($service.Count -eq 1 -and [string]$service[0].State -eq 'Running') {
  $found = FailoverClusters\Get-Cluster
  $cluster = [string]$found.Name; $clusterId = ([string]$found.Id).ToLowerInvariant()
}
[ordered]@{
  hostId = Get-HostId; name = [string]$system.Name; domain = [string]$system.Domain; memoryBytes = [long]$system.TotalPhysicalMemory
  processors = [int]$system.NumberOfLogicalProcessors; windows = [string]$windows.Caption; version = [string]$windows.Version
  cpuVendor = [string]@($processors | ForEach-Object { [string]$_.Manufacturer })[0]
  bootedAt = ConvertTo-Instant $windows.LastBootUpTime; cluster = $cluster; clusterId = $clusterId
}
