/** Names: one person is one whatever was typed, and what nobody can see or tell apart is no name. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { personName, plainName, samePerson } from '../../src/core/person.ts';

describe('a name', () => {
  it.each([
    ['Chen', 'CHEN'],
    ['Chen', 'Ｃｈｅｎ'],
    ['Chen', 'Сhen'],
    ['Chen', 'Ch͏en'],
    ['Chen', 'Chenㅤ'],
    ['Chen', 'C\u200bhen\u202e'],
    ['Chen', 'Chén'],
    ['Chen', 'Chen.'],
    ['Li Wei', 'li  wei'],
    ['Li', 'L1'],
    ['王力', '王カ'],
    ['Oscar', 'ΟЅсаг'],
  ])('%j is one person however it is typed: %j', (name, other) => {
    expect(samePerson(name, other)).toBe(true);
  });

  it.each([
    ['Chen', 'Chan'],
    ['王芳', '王方'],
    ['risk-0', 'risk-1'],
    ['Chen', 'Chen W.'],
  ])('%j is not %j', (name, other) => {
    expect(samePerson(name, other)).toBe(false);
  });

  it.each([
    'Сhen',
    'Ch͏en',
    'Chenㅤ',
    'Ch\u200ben',
    'C\u202ehen',
    'Ch\u00aden',
    '\u2800',
    '',
    ' Chen',
    'Chen ',
    '...',
    'Ꮯhen',
  ])('is not %j, of several scripts or with something unseen', (name) => {
    expect(personName(name)).toBeUndefined();
  });

  it.each(['Chen', 'Q. Wang', '陈伟', 'Lin 林', 'Иван Петров', 'José', 'たなか', 'Kim 김', 'Νίκος', 'risk-0', 'محمد'])(
    'may be %j',
    (name) => {
      expect(personName(name)).toBe(name.normalize('NFKC'));
    },
  );

  it('is kept in one spelling, and is the same person as what was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
        const name = personName(text);
        if (name === undefined) return;
        expect(personName(name)).toBe(name);
        expect(samePerson(name, text)).toBe(true);
        expect(plainName(name)).not.toBe('');
      }),
    );
  });
});
