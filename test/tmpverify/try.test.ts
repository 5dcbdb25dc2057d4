import { expect, it } from 'vitest';
import { verify } from '../../src/run/verify.ts';
import { BOOKS, openBook, playBook } from '../play.ts';
for (const [i, home] of BOOKS.entries()) {
  it(`verifies ${i}`, async () => {
    const book = await openBook();
    try {
      await playBook(book, home, i % 2 ? { smallNight: 30 } : {});
      const t = performance.now();
      const report = await verify(book.session, { url: book.url, workers: 1, deep: process.env['DEEP'] === '1', onProgress: () => {} });
      console.log(home, performance.now() - t, report.checked, report.differences);
      expect(report.differences).toEqual([]);
    } finally { await book.close(); }
  });
}
