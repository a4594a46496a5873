# Writes the memory to disk and ends the VM, as a suspend does elsewhere.
param([Parameter(Mandatory = $true)][guid]$VmId, [Parameter(Mandatory = $true)][string]$HostId)
$vm = Get-ChangeableVm $VmId $HostId
Confirm-State $vm 'Running|Paused'
Start-Change
Hyper-V\Save-VM -VM $vm
Get-VmState $VmId
