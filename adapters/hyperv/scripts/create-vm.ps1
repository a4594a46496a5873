# Makes a VM, powered off, from a template's VHDX. Run again with the same token it goes on where it stopped.
# New-VM has no -Notes: the token is the VM's first name and its folder, which come at once. The line in its notes comes last:
# a VM whose path alone has the token is not whole.
param(
  [Parameter(Mandatory = $true)][string]$HostId,
  [Parameter(Mandatory = $true)][string]$Token,
  [Parameter(Mandatory = $true)][string]$Name,
  [Parameter(Mandatory = $true)][string]$TemplatePath,
  [Parameter(Mandatory = $true)][string]$Root,
  [Parameter(Mandatory = $true)][int]$Generation,
  [Parameter(Mandatory = $true)][int]$Processors,
  [Parameter(Mandatory = $true)][long]$MemoryBytes,
  [Parameter(Mandatory = $true)][bool]$IsDifferencing,
  [Parameter(Mandatory = $true)][bool]$IsClustered,
  [long]$DiskBytes = 0,
  [string]$SwitchId = '',
  [int]$VlanId = 0,
  [int]$VmqWeight = 100,
  [string]$SecureBootTemplate = '',
  [string]$SetUpImage = ''
)
# Of the shared volume that a path lies on, or of the drive.
function Get-FreeBytes([string]$Path) {
  if ($Path -like 'C:\ClusterStorage\*') {
    foreach ($volume in @(FailoverClusters\Get-ClusterSharedVolume)) {
      $shown = @($volume.SharedVolumeInfo)[0]
      if ($null -ne $shown -and $null -ne $shown.Partition -and "$Path\".StartsWith("$([string]$shown.FriendlyVolumeName)\", 'OrdinalIgnoreCase')) { return [long]$shown.Partition.FreeSpace }
    }
  }
  foreach ($drive in @(CimCmdlets\Get-CimInstance -ClassName Win32_LogicalDisk -Namespace 'root\cimv2' -Filter 'DriveType=3' -Property DeviceID, Size, FreeSpace)) {
    if ($Path.StartsWith([string]$drive.DeviceID, 'OrdinalIgnoreCase')) { return [long]$drive.FreeSpace }
  }
  Stop-Script 'DroverVolumeUnknown' @{ path = $Path }
}

# On a cluster the role bears the name, whichever node has it.
function Test-Name([string]$Wished) {
  if (@(Hyper-V\Get-VM | Where-Object { [string]$_.Name -eq $Wished }).Count -gt 0) { return $true }
  $IsClustered -and @(FailoverClusters\Get-ClusterGroup | Where-Object { [string]$_.Name -eq $Wished }).Count -gt 0
}

Confirm-Token $Token
Confirm-Host $HostId
Enter-Mutex $Token 2000
if (-not (Test-Path -LiteralPath $TemplatePath)) { Stop-Script 'DroverTemplateMissing' @{ path = $TemplatePath } }
$vmSwitch = $null; if ($SwitchId -ne '') { $vmSwitch = Hyper-V\Get-VMSwitch -Id ([guid]$SwitchId) }
$folder = "$Root\$Token"
$disk = "$folder\disk0.vhdx"
$own = @(Hyper-V\Get-VM | Where-Object { $mark = Test-Token $_ $Token; $mark.inNotes -or $mark.inPath })
if ($own.Count -gt 1) { Stop-Script 'DroverTokenTwice' @{ vms = (@($own | ForEach-Object { [string]$_.Id }) -join ', ') } }
# New-VM comes before the disk: a disk without its VM means that the VM is on another node, or was removed. It is not made again.
if ($own.Count -eq 0 -and (Test-Path -LiteralPath $disk)) { Stop-Script 'DroverDiskWithoutVm' @{ path = $disk } }
$template = Hyper-V\Get-VHD -Path $TemplatePath
if ($DiskBytes -gt 0 -and $DiskBytes -lt [long]$template.Size) { Stop-Script 'DroverDiskTooSmall' @{ templateBytes = [string]$template.Size } }
if ($own.Count -eq 0) {
  $wantedBytes = [math]::Max($DiskBytes, [long]$template.Size)
  $freeBytes = Get-FreeBytes $Root
  if ($wantedBytes -gt $freeBytes) { Stop-Script 'DroverNoSpace' @{ freeBytes = [string]$freeBytes; wantedBytes = [string]$wantedBytes } }
}

if ($own.Count -eq 1) {
  Start-Change
  $vm = $own[0]
  if ([string]$vm.Name -ceq $Token) { Hyper-V\Set-VM -VM $vm -NewVMName $Name }
} else {
  # From the look at the names to the new one no other script of ours is in between.
  Enter-Mutex 'names' 60000
  if (Test-Name $Name) { Stop-Script 'DroverNameTaken' @{ name = $Name } }
  Start-Change
  $vm = Hyper-V\New-VM -Name $Token -Generation $Generation -MemoryStartupBytes $MemoryBytes -NoVHD -Path $folder
  Hyper-V\Set-VM -VM $vm -NewVMName $Name
  Exit-Mutex
}
# From here on each step looks before it acts: an earlier run may have stopped anywhere.
[ordered]@{ progress = 'disk'; percent = 10; vmId = [string]$vm.Id }
$drives = @(Hyper-V\Get-VMHardDiskDrive -VM $vm)
if ($drives.Count -eq 0) {
  if (-not (Test-Path -LiteralPath $disk)) {
    if ($IsDifferencing) { [void](Hyper-V\New-VHD -Path $disk -ParentPath $TemplatePath -Differencing) }
    else {
      # Copied under another name first: a file called disk0.vhdx is always whole.
      Copy-Item -LiteralPath $TemplatePath -Destination "$disk.part"
      Move-Item -LiteralPath "$disk.part" -Destination $disk
    }
  }
  if ($DiskBytes -gt [long](Hyper-V\Get-VHD -Path $disk).Size) { Hyper-V\Resize-VHD -Path $disk -SizeBytes $DiskBytes }
  # Generation 1 boots from IDE alone, generation 2 knows only SCSI.
  if ($Generation -eq 1) { Hyper-V\Add-VMHardDiskDrive -VM $vm -ControllerType IDE -Path $disk }
  else { Hyper-V\Add-VMHardDiskDrive -VM $vm -ControllerType SCSI -Path $disk }
  $drives = @(Hyper-V\Get-VMHardDiskDrive -VM $vm)
}
if ($SetUpImage -ne '') {
  $image = "$folder\setup.iso"
  if (-not (Test-Path -LiteralPath $image)) {
    # .NET knows no drives of PowerShell's: the folder's true path. A file called setup.iso is always whole.
    $real = [string](Resolve-Path -LiteralPath $folder).ProviderPath
    [IO.File]::WriteAllBytes([IO.Path]::Combine($real, 'setup.iso.part'), [Convert]::FromBase64String($SetUpImage))
    Move-Item -LiteralPath "$image.part" -Destination $image
  }
  # Nothing on it boots: generation 1, whose firmware asks DVD drives first, goes on to the disk.
  if (@(Hyper-V\Get-VMDvdDrive -VM $vm | Where-Object { [string]$_.Path -eq $image }).Count -eq 0) { Hyper-V\Add-VMDvdDrive -VM $vm -Path $image }
}
[ordered]@{ progress = 'settings'; percent = 80 }
if ($Generation -eq 2) {
  Hyper-V\Set-VMFirmware -VM $vm -FirstBootDevice $drives[0]
  if ($SecureBootTemplate -ne '') { Hyper-V\Set-VMFirmware -VM $vm -EnableSecureBoot On -SecureBootTemplate $SecureBootTemplate }
}
Hyper-V\Set-VMProcessor -VM $vm -Count $Processors
Hyper-V\Set-VMMemory -VM $vm -DynamicMemoryEnabled $false -StartupBytes $MemoryBytes
$adapter = @(Hyper-V\Get-VMNetworkAdapter -VM $vm)[0]
if ($null -ne $adapter) {
  if ($null -ne $vmSwitch) { Hyper-V\Connect-VMNetworkAdapter -VMNetworkAdapter $adapter -VMSwitch $vmSwitch }
  if ($VlanId -gt 0) { Hyper-V\Set-VMNetworkAdapterVlan -VMNetworkAdapter $adapter -Access -VlanId $VlanId }
  Hyper-V\Set-VMNetworkAdapter -VMNetworkAdapter $adapter -VmqWeight $VmqWeight
}
if ($IsClustered -and -not [bool](Hyper-V\Get-VM -Id $vm.Id).IsClustered) {
  [ordered]@{ progress = 'role'; percent = 95 }
  [void](FailoverClusters\Add-ClusterVirtualMachineRole -VMId $vm.Id) #drover-allow second-hop: doctor tries it for each cluster
}
if (-not (Test-Token (Hyper-V\Get-VM -Id $vm.Id) $Token).inNotes) { Hyper-V\Set-VM -VM $vm -Notes "drover:$Token" }
$answer = Get-VmState $vm.Id
$answer.disk = $disk; $answer.wasFound = ($own.Count -eq 1)
$answer
