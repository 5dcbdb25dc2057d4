/** The sizes of a document's pages: one scale of types, and where text may stand. All in points. */
import { INNER, PAPER, type Type } from '../files/pdf.ts';

/** One scale of sizes: title, text, the table. */
export const TITLE: Type = { size: 17, weight: 'strong' };
export const TEXT: Type = { size: 9, weight: 'regular' };
export const STRONG: Type = { size: 9, weight: 'strong' };
export const CELL: Type = { size: 7.5, weight: 'regular' };
export const HEAD: Type = { size: 7.5, weight: 'strong' };
/** Of a line of text, by its size. */
const LEADING = 1.45;
export const LEFT = PAPER.margin;
export const RIGHT = PAPER.margin + INNER;
export const BOTTOM = PAPER.height - 48;
export const ROW_SPACE = 3.5;
export const MOST_LINES = 12;

export const step = (type: Type): number => type.size * LEADING;
