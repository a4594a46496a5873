/**
 * npm run rules [-- --json]
 *
 * Lists the rules for the hard cases with the tests that carry their numbers, those without one first.
 */
import { fileURLToPath } from 'node:url';
import { findRuleTests, type RuleTests } from './find-rule-tests.ts';
import { type RuleNumber, ruleNumbers, ruleTitles } from './rule-titles.ts';

function toReport(tests: RuleTests): string {
  const isBare = (number: RuleNumber) => tests[number].length === 0;
  const bare = ruleNumbers.filter(isBare);
  const proven = ruleNumbers.filter((number) => !isBare(number));
  return [
    ...bare.map((number) => `${number} ${ruleTitles[number]}: no test`),
    ...proven.flatMap((number) => [
      `${number} ${ruleTitles[number]}`,
      ...tests[number].map((test) => `    ${test}`),
    ]),
    `${proven.length} of ${ruleNumbers.length} rules have a test, ${bare.length} have none.`,
  ].join('\n');
}

const tests = findRuleTests(fileURLToPath(new URL('../..', import.meta.url)));
console.log(process.argv.includes('--json') ? JSON.stringify(tests, null, 2) : toReport(tests));
