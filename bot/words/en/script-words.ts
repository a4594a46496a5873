/** What is said around a script that does by hand what a plan would do. */
export const SCRIPT_WORDS = {
  title: (what: string) => `Script: ${what}`,
  part: (title: string, part: number, parts: number) => `${title} (${part} of ${parts})`,
  where: (host: string) =>
    `Run it on ${host}, in a Windows PowerShell of somebody who may change Hyper-V there.`,
  without:
    "It does what the plan says now. Drover's own checks are not in it: rights, approval, quota, placement and the audit.",
  leftOut: (names: readonly string[]) =>
    `Left out, since it may hold secrets: ${names.join(', ')}. The guest of the VM is not set up by it.`,
  together: 'Put all parts one after the other into a file, and run that.',
  done: 'Nothing was done.',
  cannot: (connection: string) => `There is no script for ${connection}`,
  cannotWhy:
    'Drover shows scripts of Hyper-V hosts and clusters only. Leave --script out, or write --plan to see what would be done. Nothing was done.',
  askAgain: 'The request is no more, or you may not see it. Nothing was done.',
} as const;
