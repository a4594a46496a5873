# Adds an empty dynamic disk at SCSI, while the VM runs or not. The token is the file's name: run again it goes on where it stopped.
param(
  [Parameter(Mandatory = $true)][guid]$VmId,
  [Parameter(Mandatory = $true)][string]$HostId,
  [Parameter(Mandatory = $true)][string]$Token,
  [Parameter(Mandatory = $true)][long]$SizeBytes
)
Confirm-Token $Token
Enter-Mutex $Token 2000
$vm = Get-ChangeableVm $VmId $HostId
$path = "$([string]$vm.Path)\$Token.vhdx"
$own = @(Hyper-V\Get-VMHardDiskDrive -VM $vm | Where-Object { [string]$_.Path -eq $path })
$isThere = [bool](Test-Path -LiteralPath $path)
if ($isThere -and [long](Hyper-V\Get-VHD -Path $path).Size -ne $SizeBytes) { Stop-Script 'DroverDiskOfOtherSize' @{ path = $path } }
Start-Change
if (-not $isThere) { [void](Hyper-V\New-VHD -Path $path -Dynamic -SizeBytes $SizeBytes) }
if ($own.Count -eq 0) { Hyper-V\Add-VMHardDiskDrive -VM $vm -ControllerType SCSI -Path $path }
$drive = @(Hyper-V\Get-VMHardDiskDrive -VM $vm | Where-Object { [string]$_.Path -eq $path })[0]
[ordered]@{
  vmId = [string]$vm.Id; id = [string]$drive.Id; path = $path; controller = [string]$drive.ControllerType; number = [int]$drive.ControllerNumber
  location = [int]$drive.ControllerLocation; sizeBytes = [long](Hyper-V\Get-VHD -Path $path).Size; wasFound = ($own.Count -gt 0)
}
