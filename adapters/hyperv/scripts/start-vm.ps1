# Starts a VM that is off or saved.
param([Parameter(Mandatory = $true)][guid]$VmId, [Parameter(Mandatory = $true)][string]$HostId)
$vm = Get-ChangeableVm $VmId $HostId
Start-Change
Hyper-V\Start-VM -VM $vm
Get-VmState $VmId
