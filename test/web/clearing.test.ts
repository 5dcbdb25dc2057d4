/** Pages of a book whose earnings wait before they are payable: the month and the line say so, to the publisher alone. */
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { openHouse } from './house.ts';

const scenario = (name: string): string => resolve(import.meta.dirname, '../../scenarios', name);

it('a line says from which night it is payable, and a month what waits', async () => {
  const house = await openHouse(scenario('54-clearing-days.md'));
  const lin = await house.visitor('publisher', '1001');
  const { text } = await lin.get('/publisher/lines/L6');
  expect(text).toContain('<dt>Waits</dt><dd>until 2013-12-02</dd>');
  expect(text).not.toContain('until its seller');
  const month = (await lin.get('/publisher/2013-11')).text;
  expect(month).toContain('4.50<span class="beside">settled, not payable yet</span>');
  const tea = await house.visitor('seller', 's1');
  expect((await tea.get('/seller/lines/L6')).text).not.toContain('Waits');
  await house.close();
});

it("a line says that it waits for its seller's deduction", async () => {
  const house = await openHouse(scenario('55-paid-when-collected.md'));
  const lin = await house.visitor('publisher', '1001');
  const { text } = await lin.get('/publisher/lines/L1');
  expect(text).toContain('and until its seller&#39;s deduction is confirmed</dd>');
  await house.close();
});
