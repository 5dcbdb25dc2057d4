/** A rate applies (SPEC 6) at the policy's instant. Which one, and from which row, stays with the trial for the winner's event. */
import { nullable, rate } from '../../events/shape.ts';
import { findRate } from '../rates.ts';
import { attributionTest, known } from './test.ts';

export const rateApplies = attributionTest({
  name: 'rate-applies',
  reason: 'no-rate',
  fact: 'rate',
  shape: nullable(rate),
  look: (trial, { rateAsOf, planPrecedence }) => {
    const { line, shop, trace, at } = trial;
    trial.rate = findRate({
      shop,
      publisher: known(trial).publisher,
      trace,
      itemId: line.itemId,
      categoryId: line.categoryId,
      at: rateAsOf === 'click' ? at : line.paidAt,
      precedence: planPrecedence,
    });
    return trial.rate === undefined ? null : trial.rate.row.rate;
  },
  holds: (found) => found !== null,
});
