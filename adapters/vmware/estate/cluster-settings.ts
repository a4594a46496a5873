/** What a cluster sets for its VMs: HA, DRS, rules. */
import type { AffinityRule } from '#core/inventory/estate-object.ts';
import type { VmPriority } from '#core/inventory/vm-parts.ts';
import { decodeName } from '../names.ts';
import type { ClusterGroup, ClusterProperties, ClusterRule, MoRef } from '../schema.ts';

/** What its VMs are told by; VMs by handle. */
export interface ClusterSettings {
  /** HA starts VMs elsewhere. */
  readonly isHa: boolean | undefined;
  readonly priority: VmPriority | undefined;
  /** VMs with a priority of their own. */
  readonly priorities: ReadonlyMap<string, VmPriority>;
  /** VMs that DRS is told to leave where they are. */
  readonly staying: ReadonlySet<string>;
}

const PRIORITIES: Readonly<Record<string, VmPriority>> = {
  disabled: 'none',
  lowest: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  highest: 'high',
};

export function toClusterSettings(properties: Partial<ClusterProperties>): ClusterSettings {
  const ha = properties['configurationEx.dasConfig'];
  const own = properties['configurationEx.dasVmConfig'] ?? [];
  const drs = properties['configurationEx.drsVmConfig'] ?? [];
  return {
    isHa: ha?.enabled,
    priority: PRIORITIES[ha?.defaultVmSettings?.restartPriority ?? ''],
    priorities: new Map(
      own.flatMap(({ key, dasSettings, restartPriority }) => {
        // The second is how it stood before vSphere 4; `clusterRestartPriority` is none of its own.
        const priority = PRIORITIES[dasSettings?.restartPriority ?? restartPriority ?? ''];
        return priority ? [[key.value, priority] as const] : [];
      }),
    ),
    staying: new Set(drs.filter(({ enabled }) => enabled === false).map(({ key }) => key.value)),
  };
}

type Groups = ReadonlyMap<string, ClusterGroup>;

/** Those that are switched on. A list that is not set is not sent: then there are none, once the rest is shown. */
export function toRules(
  properties: Partial<ClusterProperties>,
  isShown: boolean,
): readonly AffinityRule[] | undefined {
  const rules = properties['configurationEx.rule'];
  if (!rules) return isShown ? [] : undefined;
  const groups: Groups = new Map(
    (properties['configurationEx.group'] ?? []).map((group) => [group.name ?? '', group]),
  );
  return rules.filter(({ enabled }) => enabled !== false).flatMap((rule) => toRule(rule, groups));
}

function toRule(rule: ClusterRule, groups: Groups): readonly AffinityRule[] {
  const { name = '', mandatory: isMandatory = false, vm } = rule;
  const named = { name: decodeName(name), isMandatory };
  if (rule._type === 'ClusterAffinityRuleSpec')
    return [{ ...named, kind: 'together', vmHandles: toHandles(vm) }];
  if (rule._type === 'ClusterAntiAffinityRuleSpec')
    return [{ ...named, kind: 'apart', vmHandles: toHandles(vm) }];
  if (rule._type !== 'ClusterVmHostRuleInfo') return [];
  const vmHandles = toHandles(groups.get(rule.vmGroupName ?? '')?.vm);
  const toHosts = (group: string) => toHandles(groups.get(group)?.host);
  const { affineHostGroupName: on, antiAffineHostGroupName: notOn } = rule;
  return [
    ...(on ? [{ ...named, kind: 'on' as const, vmHandles, hostHandles: toHosts(on) }] : []),
    ...(notOn
      ? [{ ...named, kind: 'not_on' as const, vmHandles, hostHandles: toHosts(notOn) }]
      : []),
  ];
}

function toHandles(refs: readonly MoRef[] = []): readonly string[] {
  return refs.map(({ value }) => value);
}
