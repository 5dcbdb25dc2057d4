/** The shapes of what is typed and answered as JSON: ids, days, amounts. One definition validates, types and documents. */
import { type TProperties, type TSchema, Type } from 'typebox';

const text = (pattern: string, description: string, example: string, format?: string) =>
  Type.String({ pattern, ...(format === undefined ? {} : { format }), description, examples: [example] });

export const PartyId = text('^[A-Za-z0-9-]{1,24}$', 'Id of a publisher, site, adzone, seller, shop or plan.', '1010');
export const OtherId = text('^[A-Za-z0-9._-]{1,64}$', 'Id of an order line, a decision and the like.', 'L000561');
export const CaseId = text('^[A-Za-z0-9._:-]{1,320}$', 'Id of a case.', 'overwritten-click.9003.201311');
export const Day = text('^[0-9]{4}-[0-9]{2}-[0-9]{2}$', "A day of the book's zone.", '2013-12-11', 'day');
export const Month = text('^[0-9]{4}-[0-9]{2}$', "A month of the book's zone.", '2013-12', 'month');
export const Moment = Type.String({ description: 'A moment with its zone.', examples: ['2013-12-11 00:30:00+08:00'] });
export const Money = text('^-?[0-9]+([.][0-9]+)?$', "An exact amount in the book's currency, as text.", '12.34');
export const Rate = text('^[0-9]+([.][0-9]+)?$', 'A decimal fraction, as text.', '0.055');
export const Words = Type.String({ minLength: 1, maxLength: 2000 });
export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of a file.' });

/** A document that is told as it is, field by field as the command line tells it with `--json`. */
export const Told = Type.Record(Type.String(), Type.Unknown());

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
