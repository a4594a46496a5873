# Halts a VM in memory.
param([Parameter(Mandatory = $true)][guid]$VmId, [Parameter(Mandatory = $true)][string]$HostId)
$vm = Get-ChangeableVm $VmId $HostId
Confirm-State $vm 'Running'
Start-Change
Hyper-V\Suspend-VM -VM $vm -Confirm:$false
Get-VmState $VmId
