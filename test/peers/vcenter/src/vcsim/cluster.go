package main

// POST /_ctl/cluster: what a cluster sets for its VMs (vim.cluster.ConfigInfoEx). Ours: vcsim takes rules, groups and overrides by
// ReconfigureComputeResource_Task, and neither HA nor DRS.

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// ClusterChange replaces what it names.
type ClusterChange struct {
	Cluster    string
	HA         *bool
	Priority   string            // of VMs without one of their own
	Priorities map[string]string // by VM
	DrsOff     []string          // VMs that DRS leaves where they are
	Rules      []ruleItem
}

type ruleItem struct {
	Name, Kind string // together, apart, on, not_on
	VMs, Hosts []string
	Mandatory  bool
	Disabled   bool
}

func refsOf(kind string, names []string) (list []ref, err error) {
	for _, name := range names {
		o, err := find(kind, name)
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return
}

func setCluster(q ClusterChange) error {
	o, err := find("ClusterComputeResource", q.Cluster)
	if err != nil {
		return err
	}
	cluster := simulator.Map.Get(o).(*simulator.ClusterComputeResource)
	config := *cluster.ConfigurationEx.(*types.ClusterConfigInfoEx)
	if q.HA != nil {
		config.DasConfig.Enabled = q.HA
	}
	if q.Priority != "" {
		config.DasConfig.DefaultVmSettings = &types.ClusterDasVmSettings{RestartPriority: q.Priority}
	}
	if q.Priorities != nil {
		config.DasVmConfig = nil
	}
	for name, priority := range q.Priorities {
		vm, err := find("VirtualMachine", name)
		if err != nil {
			return err
		}
		config.DasVmConfig = append(config.DasVmConfig, types.ClusterDasVmConfigInfo{Key: vm, DasSettings: &types.ClusterDasVmSettings{RestartPriority: priority}})
	}
	if q.DrsOff != nil {
		config.DrsVmConfig = nil
	}
	vms, err := refsOf("VirtualMachine", q.DrsOff)
	if err != nil {
		return err
	}
	for _, vm := range vms {
		config.DrsVmConfig = append(config.DrsVmConfig, types.ClusterDrsVmConfigInfo{Key: vm, Enabled: types.NewBool(false)})
	}
	if q.Rules != nil {
		config.Rule, config.Group = nil, nil
	}
	for _, r := range q.Rules {
		if err := addRule(&config, r); err != nil {
			return err
		}
	}
	simulator.Map.WithLock(cluster, func() { cluster.ConfigurationEx = &config })
	touch(o, []string{"configurationEx"})
	return nil
}

// setDrs makes DRS of every cluster fully automated, or turns it off.
func setDrs(on bool) {
	for _, e := range simulator.Map.All("ClusterComputeResource") {
		automate(e.(*simulator.ClusterComputeResource), on)
	}
}

func automate(cluster *simulator.ClusterComputeResource, on bool) {
	simulator.Map.WithLock(cluster, func() {
		config := *cluster.ConfigurationEx.(*types.ClusterConfigInfoEx)
		config.DrsConfig.Enabled, config.DrsConfig.DefaultVmBehavior = types.NewBool(on), types.DrsBehaviorFullyAutomated
		cluster.ConfigurationEx = &config
	})
	touch(cluster.Self, []string{"configurationEx"})
}

// isAutomated: what the cluster says of itself is what it does. A host of no cluster has no DRS.
func isAutomated(owner ref) bool {
	cluster, ok := simulator.Map.Get(owner).(*simulator.ClusterComputeResource)
	if !ok {
		return false
	}
	config := cluster.ConfigurationEx.(*types.ClusterConfigInfoEx).DrsConfig
	return isOn(config.Enabled) && config.DefaultVmBehavior == types.DrsBehaviorFullyAutomated
}

func addRule(config *types.ClusterConfigInfoEx, r ruleItem) error {
	vms, err := refsOf("VirtualMachine", r.VMs)
	if err != nil {
		return err
	}
	hosts, err := refsOf("HostSystem", r.Hosts)
	if err != nil {
		return err
	}
	info := types.ClusterRuleInfo{Name: r.Name, Enabled: types.NewBool(!r.Disabled), Mandatory: types.NewBool(r.Mandatory), UserCreated: types.NewBool(true)}
	switch r.Kind {
	case "together":
		config.Rule = append(config.Rule, &types.ClusterAffinityRuleSpec{ClusterRuleInfo: info, Vm: vms})
		return nil
	case "apart":
		config.Rule = append(config.Rule, &types.ClusterAntiAffinityRuleSpec{ClusterRuleInfo: info, Vm: vms})
		return nil
	}
	rule := &types.ClusterVmHostRuleInfo{ClusterRuleInfo: info, VmGroupName: "vms of " + r.Name}
	if group := "hosts of " + r.Name; r.Kind == "on" {
		rule.AffineHostGroupName = group
	} else {
		rule.AntiAffineHostGroupName = group
	}
	config.Rule = append(config.Rule, rule)
	config.Group = append(config.Group, &types.ClusterVmGroup{ClusterGroupInfo: types.ClusterGroupInfo{Name: rule.VmGroupName}, Vm: vms},
		&types.ClusterHostGroup{ClusterGroupInfo: types.ClusterGroupInfo{Name: "hosts of " + r.Name}, Host: hosts})
	return nil
}
