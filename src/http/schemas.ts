/** The shapes that the routes share, those of src/formats/shapes.ts among them: pages of lists, problems. */
import { type TObject, type TSchema, Type } from 'typebox';

export {
  CaseId,
  closed,
  Day,
  Moment,
  Money,
  Month,
  OtherId,
  oneOf,
  orNull,
  PartyId,
  Rate,
  Told,
} from '../formats/shapes.ts';

/** What asks for a page of a list. */
export const PAGE = {
  cursor: Type.Optional(
    Type.String({
      maxLength: 1000,
      description: 'Where the page before ended, as its `next` says; the first page without.',
    }),
  ),
  limit: Type.Optional(
    Type.String({
      pattern: '^[1-9][0-9]{0,2}$',
      description: 'Items at most, 1 to 500; 100 without.',
      examples: ['100'],
    }),
  ),
};

/** A page of a list. Totals are of the whole list, on its first page. */
export function pageOf(item: TSchema, totals?: TObject) {
  return Type.Object({
    items: Type.Array(item),
    next: Type.Union([Type.String(), Type.Null()], { description: 'The cursor of the next page; null on the last.' }),
    ...(totals === undefined ? {} : { totals: Type.Optional(totals) }),
  });
}

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
