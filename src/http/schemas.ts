/** The schemas that routes share: ids, days, amounts, pages of lists. One definition validates, types and documents. */
import { type TObject, type TProperties, type TSchema, Type } from 'typebox';

const text = (pattern: string, description: string, example: string) =>
  Type.String({ pattern, description, examples: [example] });

export const PartyId = text('^[A-Za-z0-9-]{1,24}$', 'Id of a publisher, site, adzone, seller, shop or plan.', '1010');
export const OtherId = text('^[A-Za-z0-9._-]{1,64}$', 'Id of an order line, a decision and the like.', 'L000561');
export const CaseId = text('^[A-Za-z0-9._:-]{1,320}$', 'Id of a case.', 'overwritten-click.9003.201311');
export const Day = text('^[0-9]{4}-[0-9]{2}-[0-9]{2}$', "A day of the book's zone.", '2013-12-11');
export const Month = text('^[0-9]{4}-[0-9]{2}$', "A month of the book's zone.", '2013-12');
export const Moment = Type.String({ description: 'A moment with its zone.', examples: ['2013-12-11 00:30:00+08:00'] });
export const Money = text('^-?[0-9]+([.][0-9]+)?$', "An exact amount in the book's currency, as text.", '12.34');
export const Rate = text('^[0-9]+([.][0-9]+)?$', 'A decimal fraction, as text.', '0.055');
export const Words = Type.String({ minLength: 1, maxLength: 2000 });

/** A text or nothing. */
export function orNull(schema: TSchema) {
  return Type.Union([schema, Type.Null()]);
}

/** An object that holds these fields and no others. */
export function closed<P extends TProperties>(fields: P) {
  return Type.Object(fields, { additionalProperties: false });
}

/** One of some words. */
export function oneOf<const W extends readonly string[]>(words: W, description?: string) {
  return Type.Unsafe<W[number]>({
    type: 'string',
    enum: [...words],
    ...(description === undefined ? {} : { description }),
  });
}

/** What asks for a page of a list. */
export const PAGE = {
  cursor: Type.Optional(
    Type.String({
      maxLength: 1000,
      description: 'Where the page before ended, as its `next` says; the first page without.',
    }),
  ),
  limit: Type.Optional(text('^[1-9][0-9]{0,2}$', 'Items at most, 1 to 500; 100 without.', '100')),
};

/** A page of a list. Totals are of the whole list, on its first page. */
export function pageOf(item: TSchema, totals?: TObject) {
  return Type.Object({
    items: Type.Array(item),
    next: Type.Union([Type.String(), Type.Null()], { description: 'The cursor of the next page; null on the last.' }),
    ...(totals === undefined ? {} : { totals: Type.Optional(totals) }),
  });
}

/** A document handed on as it is: field by field what the command line prints with `--json`. */
export const Told = Type.Record(Type.String(), Type.Unknown());

export const ProblemShape = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String(),
  },
  { description: 'What went wrong (RFC 9457).' },
);
