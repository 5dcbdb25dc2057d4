/**
 * Whether a statement follows from its opening, its movements and the balances at its closing (SPEC 10). Who the
 * publisher was then is not in the log: it is a second check, from the registry as its night saw it.
 */
import type { StatementFigures } from '../events/event.ts';
import { issue, type MonthOfPublisher } from '../month/statement.ts';
import type { Policy } from '../policy/policy.ts';
import type { Checks } from './finding.ts';

/** A publisher as the registry had it; undefined where it had none. */
export type Who = Pick<MonthOfPublisher, 'kind' | 'active'> | undefined;

const ANYBODY: readonly Who[] = [
  { kind: 'individual', active: true },
  { kind: 'company', active: true },
  { kind: 'individual', active: false },
];
const DECIDED = ['tax_due', 'payout', 'disposition'] as const;

/** Checks a stored statement against what its month makes of it. */
export function checkStatement(
  stored: StatementFigures,
  of: Omit<MonthOfPublisher, 'kind' | 'active'>,
  who: Who,
  rules: { readonly policy: Policy; readonly digits: number },
  checks: Checks,
): void {
  const possible = ANYBODY.flatMap((one) =>
    one === undefined ? [] : [issue({ ...of, ...one }, rules.policy, rules.digits)],
  );
  const decidedAlike = (figures: StatementFigures): boolean => DECIDED.every((name) => figures[name] === stored[name]);
  const derived = possible.find(decidedAlike) ?? possible[0];
  checks.alike('statements', 'statement', stored, derived);
  if (who === undefined) {
    checks.holds('intake', 'publisher', false, 'no such publisher', 'one in the registry of that night');
    return;
  }
  const known = issue({ ...of, ...who }, rules.policy, rules.digits);
  for (const name of DECIDED) checks.same('intake', `statement.${name}`, stored[name], known[name]);
}
