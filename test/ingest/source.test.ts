/**
 * Holds src/ingest/source/source.ts to its word about rows: case by case what CSV, NDJSON and encodings become. Files refused as a whole are
 * in source-refusals.test.ts, laws in source-laws.test.ts.
 */

import { describe, expect, test } from 'vitest';
import { survey } from '../../src/ingest/source/source.ts';
import { brief, count, gbk, NUL, QUOTES, rowsIn, rowsOf, written } from './source-files.ts';

describe('CSV', () => {
  const cases: [name: string, content: string, rows: string[]][] = [
    ['LF', 'a,b,c\n1,2,3\n4,5,6\n', ['2: 1|2|3', '3: 4|5|6']],
    ['CR LF', 'a,b,c\r\n1,2,3\r\n4,5,6\r\n', ['2: 1|2|3', '3: 4|5|6']],
    ['no last line end', 'a,b,c\n1,2,3', ['2: 1|2|3']],
    ['CR at the very end', 'a,b,c\n1,2,3\r', ['2: 1|2|3']],
    ['quotes and CR at the very end', 'a,b,c\n1,2,"3"\r', ['2: 1|2|3']],
    ['a byte order mark', '\ufeffa,b,c\n1,2,3\n', ['2: 1|2|3']],
    ['a byte order mark before quotes', '\ufeff"a",b,c\n1,2,3\n', ['2: 1|2|3']],
    ['empty lines', '\n\r\na,b,c\n\n1,2,3\n\r\n\n4,5,6\n\n', ['5: 1|2|3', '8: 4|5|6']],
    ['a header alone', 'a,b,c\n', []],
    ['another order', 'c,a,b\n3,1,2\n', ['2: 1|2|3']],
    ['spaces around names', ' a , b,c \n1,2,3\n', ['2: 1|2|3']],
    ['unknown columns', 'x,a,b,c,y\n9,1,2,3,\n', ['2: 1|2|3 +{"x":"9"}']],
    ['columns without a name', 'a,b,c,,\n1,2,3,,z\n', ['2: 1|2|3 +{"column 5":"z"}']],
    ['a column named __proto__', 'a,b,c,__proto__\n1,2,3,4\n', ['2: 1|2|3 +{"__proto__":"4"}']],
    ['empty cells, and rows of nothing', 'a,b,c\n,,\n"",1,""\n"",\t,\n', ['3: -|1|-']],
    ['empty cells behind the last column', 'a,b,c\n1,2,3,, \n', ['2: 1|2|3']],
    ['a formula of a text', 'a,b,c\n="1","=""2""",3\n=",",="2"",",=""\n', ['2: 1|="2"|3', '3: ,|2",|-']],
    ['semicolons', 'a;b;c\n1;"2;2";3,5\n', ['2: 1|2;2|3,5']],
    ['tabs', 'a\tb\tc\n1\t2,2\t3\n', ['2: 1|2,2|3']],
    ['a line that says the delimiter', 'sep=|\na|b|c\n1|2;|3\n', ['3: 1|2;|3']],
    ['spaces are kept', 'a,b,c\n 1 ,  ,3\n', ['2:  1 |  |3']],
    ['quoted comma, quote, line end', 'a,b,c\n"1,1","2""2","3\n3"\n4,5,6\n', ['2: 1,1|2"2|3\n3', '4: 4|5|6']],
    ['quoted CR LF', 'a,b,c\r\n"1\r\n1",2,3\r\n4,5,6\r\n', ['2: 1\r\n1|2|3', '4: 4|5|6']],
    ['a quoted header over two lines', '"a",b,c,"d\nd"\n1,2,3,4\n', ['3: 1|2|3 +{"d\\nd":"4"}']],
    ['an empty line in quotes', 'a,b,c\n"1\n\n1",2,3\n4,5,6\n', ['2: 1\n\n1|2|3', '5: 4|5|6']],
    ['too few cells', 'a,b,c\n1,2\n4,5,6\n', [`2: ${count(2)}`, '3: 4|5|6']],
    ['too many cells', 'a,b,c\n1,2,3,4\n4,5,6\n', [`2: ${count(4)}`, '3: 4|5|6']],
    ['too many quoted cells over two lines', 'a,b,c\n"1\n1",2,3,4\n4,5,6\n', [`2: ${count(4)}`, '4: 4|5|6']],
    ['a quote amid a cell', 'a,b,c\n1,5" pipe,3\n4,5,6\n', [`2: ${QUOTES}`, '3: 4|5|6']],
    [
      'a quote amid a cell, and an open one',
      'a,b,c\n5",2,"3\n4"\n7,8,9\n',
      [`2: ${QUOTES}`, `3: ${QUOTES}`, '4: 7|8|9'],
    ],
    ['a quote after a space', 'a,b,c\n1, "2",3\n4,5,6\n', [`2: ${QUOTES}`, '3: 4|5|6']],
    ['text after a closing quote', 'a,b,c\n1,"2"x,3\n4,5,6\n', [`2: ${QUOTES}`, '3: 4|5|6']],
    ['a quote that never closes', 'a,b,c\n1,"2,3\n4,5,6\n7,8,9', [`2: ${QUOTES}`, '3: 4|5|6', '4: 7|8|9']],
    ['closed far off by a good row', 'a,b,c\n1,"2,3\n4,5,6\n7,"8",9\n', [`2: ${QUOTES}`, '3: 4|5|6', '4: 7|8|9']],
    ['two that never close', 'a,b,c\n1,"2,3\n1,2,"x\n7,8,9\n', [`2: ${QUOTES}`, `3: ${QUOTES}`, '4: 7|8|9']],
    ['two that close each other are one row', 'a,b,c\n1,"2,3\n1,2"\n7,8,9\n', [`2: ${count(2)}`, '4: 7|8|9']],
    ['a good and a bad one in a block', 'a,b,c\n"1",2,3\n1,"2,3\n"7",8,9\n', ['2: 1|2|3', `3: ${QUOTES}`, '4: 7|8|9']],
    ['NUL', 'a,b,c\n1,\0,3\n"\0",5,6\n7,8,9\n', [`2: ${NUL}`, `3: ${NUL}`, '4: 7|8|9']],
    ['Chinese and emoji', 'a,b,c\n你好,😀,"é,"\n', ['2: 你好|😀|é,']],
    ['a lone CR is text', 'a,b,c\n1\r1,"2\r2",3\n', ['2: 1\r1|2\r2|3']],
  ];
  test.each(cases)('%s', async (_, content, rows) => {
    for (const blockBytes of [1, 7, 1 << 17]) {
      expect((await rowsOf(content, '.csv', { blockBytes })).map(brief)).toEqual(rows);
    }
  });

  test('a quoted cell may have 1,000 lines, not 1,001, and 1 MiB, not more', async () => {
    const row = (text: string) => `a,b,c\n1,"${text}",3\n4,5,6\n`;
    const thousand = await rowsOf(row('x\n'.repeat(999)));
    expect(thousand.map(({ line }) => line)).toEqual([2, 1002]);
    for (const blockBytes of [100, 1 << 20]) {
      const more = await rowsOf(row('x\n'.repeat(1000)), '.csv', { blockBytes });
      expect(more.length).toBe(1002);
      expect([...more.slice(0, 1), ...more.slice(-1)].map(brief)).toEqual([`2: ${QUOTES}`, '1003: 4|5|6']);
    }
    const long = await rowsOf(row(`${'x'.repeat(30_000)}\n`.repeat(40)));
    expect(long.map(({ line }) => line)).toEqual(Array.from({ length: 42 }, (_, index) => index + 2));
  });

  test('a cell may have 64 KiB, not more; a raw row is shown no longer', async () => {
    const [fits, quotedFits, long, chinese] = await rowsOf(
      `a,b,c\n1,${'x'.repeat(65_536)},3\n1,"${'x'.repeat(65_536)}",3\n1,${'x'.repeat(65_537)},3\n1,${'好'.repeat(21_846)},3\n`,
    );
    expect(fits?.cells?.[1]?.length).toBe(65_536);
    expect(fits?.raw.length).toBe(65_536);
    expect(quotedFits?.cells?.[1]?.length).toBe(65_536);
    expect(long?.fault).toBe('The cell of "b" is longer than 64 KiB: shorten it.');
    expect(chinese?.fault).toBe('The cell of "b" is longer than 64 KiB: shorten it.');
    expect(chinese?.raw).toBe(`1,${'好'.repeat(21_844)}`);
  });

  test('a line over 1 MiB is one faulty row, quotes or not, and swallows nothing', async () => {
    const body = 'x'.repeat(5 << 19);
    const exact = 'x'.repeat((1 << 20) - 4);
    for (const blockBytes of [1000, 1 << 17, 1 << 20]) {
      const rows = await rowsOf(
        `a,b,c\n1,${body},3\n2,"${body},3\n4,"5\n6",${body},7\n8,${exact},\n9,9,${body}`,
        '.csv',
        { blockBytes },
      );
      const tooLong = '!The line is longer than 1 MiB: look for a missing line end, or shorten it.';
      const cell = '!The cell of "b" is longer than 64 KiB: shorten it.';
      expect(rows.map(brief)).toEqual([
        `2: ${tooLong}`,
        `3: ${tooLong}`,
        `4: ${QUOTES}`,
        `5: ${tooLong}`,
        `6: ${cell}`,
        `7: ${tooLong}`,
      ]);
      expect(rows[0]?.raw.length).toBe(65_536);
    }
  });

  test('raw is the row as delivered, NULs made visible', async () => {
    const rows = await rowsOf('a,b,c\r\n"1\r\n",2,"3"\r\n1,"2\r\n\0,2\r\n');
    expect(rows.map(({ raw }) => raw)).toEqual(['"1\r\n",2,"3"', '1,"2', '\u2400,2']);
  });
});

describe('NDJSON', () => {
  const wrong = (at: number) =>
    `!The line is not a complete JSON object (it goes wrong at character ${at}): write each row as {"column": "value", ...} on a line of its own.`;
  const notObject =
    '!The line is JSON but not an object: write each row as {"column": "value", ...} on a line of its own.';
  const untext =
    '!The row holds a \\u escape that is no character (half of a pair, or NUL): write the file again without it.';
  const kind = (what: string) => `!The value of "b" is ${what} where a text, a number or null is expected.`;
  const cases: [name: string, line: string, row: string][] = [
    ['text', '{"a":"1","b":"2","c":"3"}', '1|2|3'],
    ['any order, spaces', ' { "c" : "3" ,\t"a":"1", "b":"2" } ', '1|2|3'],
    [
      'numbers as they were written',
      '{"a":12345678901234567890.10,"b":-0,"c":1E+5}',
      '12345678901234567890.10|-0|1E+5',
    ],
    ['null, missing and empty', '{"a":null,"b":""}', '-|-|-'],
    ['no key at all', '{}', '-|-|-'],
    ['escapes', '{"a":"\\"\\\\\\n\\u4f60\\ud83d\\ude00","b":"//","c":"é"}', '"\\\n你😀|//|é'],
    ['an escaped key', '{"\\u0061":"1","b":2,"c":3}', '1|2|3'],
    ['digits in text stay', '{"a":"1,2: 3","b":2,"c":3}', '1,2: 3|2|3'],
    [
      'unknown keys',
      '{"a":1,"x":1.50,"y":true,"z":[1,{"q":"]"}],"n":null,"e":""}',
      '1|-|- +{"x":"1.50","y":"true","z":"[1,{\\"q\\":\\"]\\"}]"}',
    ],
    ['a key named __proto__', '{"a":1,"__proto__":"x","constructor":2}', '1|-|- +{"__proto__":"x","constructor":"2"}'],
    ['a boolean', '{"a":1,"b":true}', kind('true or false')],
    ['a list', '{"a":1,"b":[1]}', kind('a list')],
    ['an object', '{"a":1,"b":{"x":1}}', kind('an object')],
    ['a key twice', '{"a":1,"a":1}', '!The key "a" stands twice in the object: remove one.'],
    ['an unknown key twice', '{"x":1,"\\u0078":1}', '!The key "x" stands twice in the object: remove one.'],
    ['cut short', '{"a":1,"b":"2', wrong(13)],
    ['a bare word', '{"a":x}', wrong(6)],
    ['a number with a leading zero', '{"a":01}', wrong(7)],
    ['NaN', '{"a":NaN}', wrong(6)],
    ['a comma too many', '{"a":1,}', wrong(8)],
    ['text after the object', '{"a":1} {"a":2}', wrong(9)],
    ['a list of rows', '[{"a":1}]', notObject],
    ['a number alone', '17', notObject],
    ['CSV', '1,2,3', wrong(1)],
    ['a lone surrogate', '{"a":"\\ud83d"}', untext],
    ['a lone surrogate aside', '{"x":["\\ud83d"]}', untext],
    ['an escaped NUL', '{"a":"\\u0000"}', untext],
    ['a NUL', '{"a":"\0"}', NUL],
    ['a long cell', `{"a":"${'x'.repeat(65_537)}"}`, '!The cell of "a" is longer than 64 KiB: shorten it.'],
  ];
  test.each(cases)('%s', async (_, line, row) => {
    for (const [content, at] of [
      [`${line}\n`, 1],
      [`\ufeff\n \r\n${line}\r\n{"a":1}`, 3],
    ] as const) {
      const [first, second] = await rowsOf(content, '.ndjson', { blockBytes: content.length > 1000 ? 1000 : 5 });
      expect(first && brief(first)).toBe(`${at}: ${row}`);
      expect(second === undefined ? undefined : brief(second)).toBe(at === 1 ? undefined : '4: 1|-|-');
    }
  });
});

describe('encoding', () => {
  const NOT_UTF8 =
    '!The row holds bytes that are not UTF-8, the encoding of the file: save the file as UTF-8, or name its encoding.';
  const NOT_GBK =
    '!The row holds bytes that are not GB18030, the encoding of the file: save the file as UTF-8, or name its encoding.';
  const cases: [name: string, content: Buffer, encoding: string, rows: string[]][] = [
    ['ASCII', Buffer.from('a,b,c\n1,2,3\n'), 'utf-8', ['2: 1|2|3']],
    ['UTF-8', Buffer.from('a,b,c\n你,2,😀\n'), 'utf-8', ['2: 你|2|😀']],
    ['GBK', gbk('a,b,c\n你,2,好\n4,5,6\n'), 'gb18030', ['2: 你|2|好', '3: 4|5|6']],
    ['GBK with quotes', gbk('a,b,c\n"你\n","2","好"\n4,5,6\n'), 'gb18030', ['2: 你\n|2|好', '4: 4|5|6']],
    [
      'GBK whose second byte is a backslash',
      Buffer.concat([Buffer.from('a,b,c\n'), Buffer.of(0x81, 0x5c), Buffer.from(',2,3')]),
      'gb18030',
      ['2: 乗|2|3'],
    ],
    [
      'UTF-8 with one bad row',
      Buffer.concat([Buffer.from('a,b,c\n你,2,3\n好,5,6\n'), gbk('你,8,9\n'), Buffer.from('1,2,3\n')]),
      'utf-8',
      ['2: 你|2|3', '3: 好|5|6', `4: ${NOT_UTF8}`, '5: 1|2|3'],
    ],
    [
      'GBK with one bad row',
      Buffer.concat([gbk('a,b,c\n你,2,3\n好,5,6\n'), Buffer.of(0x81, 0x0a), gbk('1,2,3')]),
      'gb18030',
      ['2: 你|2|3', '3: 好|5|6', `4: ${NOT_GBK}`, '5: 1|2|3'],
    ],
    [
      'GBK with FF',
      Buffer.concat([gbk('a,b,c\n你,2,3\n'), Buffer.of(0xff), gbk(',2,3')]),
      'utf-8',
      [`2: ${NOT_UTF8}`, `3: ${NOT_UTF8}`],
    ],
    [
      'a mark of UTF-8 before GBK',
      Buffer.concat([Buffer.from('\ufeffa,b,c\n'), gbk('你,2,3\n好,2,3\n1,2,3\n')]),
      'utf-8',
      [`2: ${NOT_UTF8}`, `3: ${NOT_UTF8}`, '4: 1|2|3'],
    ],
    [
      'neither',
      Buffer.concat([Buffer.from('a,b,c\n'), Buffer.of(0x81, 0x0a), Buffer.from('1,2,3')]),
      'utf-8',
      [`2: ${NOT_UTF8}`, '3: 1|2|3'],
    ],
    [
      'bad bytes inside a quoted row',
      Buffer.concat([Buffer.from('a,b,c\n"1\n'), Buffer.of(0x81), Buffer.from('\n",2,3\n4,5,6')]),
      'utf-8',
      [`2: ${NOT_UTF8}`, '5: 4|5|6'],
    ],
    [
      'a lone surrogate in bytes',
      Buffer.concat([Buffer.from('a,b,c\n你,2,3\n'), Buffer.of(0xed, 0xa0, 0x80, 0x0a), Buffer.from('好,2,3')]),
      'utf-8',
      ['2: 你|2|3', `3: ${NOT_UTF8}`, '4: 好|2|3'],
    ],
  ];
  test.each(cases)('%s', async (_, content, encoding, rows) => {
    for (const blockBytes of [1, 1 << 17]) {
      const path = await written(content);
      expect((await survey(path, { blockBytes })).encoding).toBe(encoding);
      expect((await rowsIn(path, { blockBytes })).map(brief)).toEqual(rows);
    }
  });

  test('the raw of a bad row shows replacement characters', async () => {
    const [row] = await rowsOf(Buffer.concat([Buffer.from('a,b,c\n1,'), Buffer.of(0xc3), Buffer.from(',3\n')]));
    expect(row?.raw).toBe('1,\ufffd,3');
  });
});
