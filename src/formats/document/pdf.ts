/** A document as PDF. What sets the pages is loaded when it is needed: it takes longer than most commands. */
import type { DocumentFormat } from './format.ts';

export const pdf: DocumentFormat = {
  extension: 'pdf',
  mime: 'application/pdf',
  language: 'both',
  async *write(document, terms) {
    const { writePages } = await import('./pages.ts');
    yield* writePages(document, terms);
  },
};
