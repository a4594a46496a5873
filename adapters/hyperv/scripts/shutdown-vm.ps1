# Asks the guest to shut down, and waits for it. -Force goes on where the guest does not answer: only where the plan says so.
param([Parameter(Mandatory = $true)][guid]$VmId, [Parameter(Mandatory = $true)][string]$HostId, [bool]$Force = $false)
$vm = Get-ChangeableVm $VmId $HostId
Confirm-State $vm 'Running'
Start-Change
# Without an answer of the guest Stop-VM asks, which is an error here: -Confirm does not help, -Force cuts after five minutes.
if ($Force) { Hyper-V\Stop-VM -VM $vm -Force -Confirm:$false } else { Hyper-V\Stop-VM -VM $vm -Confirm:$false }
Get-VmState $VmId
