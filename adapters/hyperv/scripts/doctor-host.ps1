# What a host is, and what the account may do on it. Changes nothing; a part that cannot be read says why by its error's id.
$system = CimCmdlets\Get-CimInstance -ClassName Win32_ComputerSystem -Namespace 'root\cimv2' -Property Name, Domain
$windows = CimCmdlets\Get-CimInstance -ClassName Win32_OperatingSystem -Namespace 'root\cimv2' -Property Caption, Version
$modules = foreach ($name in 'Hyper-V', 'FailoverClusters') {
  $found = @(Get-Module -Name $name -ListAvailable | Sort-Object -Property Version -Descending)
  if ($found.Count -gt 0) { [ordered]@{ name = $name; version = [string]$found[0].Version } }
}
# By SID: names of groups are in the host's language. A group that only denies is not among them.
$identity = [Security.Principal.WindowsIdentity]::GetCurrent()
$groups = @($identity.Groups | ForEach-Object { [string]$_.Value } | Where-Object { $_ -like 'S-1-5-32-*' } | Sort-Object)
$answer = [ordered]@{
  name = [string]$system.Name; machineId = Get-HostId; domain = [string]$system.Domain; windows = [string]$windows.Caption; version = [string]$windows.Version
  powershell = [string]$PSVersionTable.PSVersion; modules = @($modules); account = [string]$identity.Name; groups = $groups
  hypervFault = ''; clusterService = ''; clusterFault = ''
}
try {
  $settings = Hyper-V\Get-VMHost
  $networks = @(Hyper-V\Get-VMMigrationNetwork | ForEach-Object { [string]$_.Subnet })
  $answer.migration = [ordered]@{
    enabled = [bool]$settings.VirtualMachineMigrationEnabled; authentication = [string]$settings.VirtualMachineMigrationAuthenticationType
    atOnce = [int]$settings.MaximumVirtualMachineMigrations; storageAtOnce = [int]$settings.MaximumStorageMigrations
    anyNetwork = [bool]$settings.UseAnyNetworkForMigration; networks = $networks
  }
} catch { $answer.hypervFault = [string]$_.FullyQualifiedErrorId }
try {
  # A host without the feature has no such instance.
  $service = @(CimCmdlets\Get-CimInstance -ClassName Win32_Service -Namespace 'root\cimv2' -Filter "Name='ClusSvc'" -Property State)
  if ($service.Count -eq 1) { $answer.clusterService = [string]$service[0].State }
} catch { $answer.clusterFault = [string]$_.FullyQualifiedErrorId }
$answer
