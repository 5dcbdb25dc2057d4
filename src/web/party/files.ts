/** A party's month as a file, in each format that the command line writes, in the language of the page. */
import { isMonth } from '../../core/calendar.ts';
import type { Document } from '../../core/month/document.ts';
import { documentOf, fileName, piecesOf } from '../../filing/filing.ts';
import { DOCUMENT_FORMATS, FORMAT_NAMES } from '../../formats/document/index.ts';
import { monthsRun } from '../../store/month/known.ts';
import type { Counter, Place } from '../page.ts';
import { partyOf } from '../visit.ts';

/** The counter at which a party's months are handed over, at a path with `:month` and `:format`. */
export function monthFiles(place: Place, kind: Document['kind']): Counter {
  return {
    ...place,
    open: async (session, visit) => {
      const { month = '', format: asked = '' } = visit.params;
      const format = FORMAT_NAMES.find((name) => name === asked);
      const months = await monthsRun(session, visit.book);
      if (format === undefined || !isMonth(month) || !months.includes(month)) return null;
      const { language } = visit.speech;
      const wanted = {
        month,
        format,
        language: DOCUMENT_FORMATS[format].language === null ? null : language,
        asOf: null,
      };
      const of = { kind, party: partyOf(visit) };
      const document = await documentOf(session, visit.book, of, wanted);
      const { mime } = DOCUMENT_FORMATS[format];
      return { name: fileName(of, wanted), mime, pieces: piecesOf(document, visit.book, wanted) };
    },
  };
}
