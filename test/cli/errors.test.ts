/** How a command that cannot go on ends: the exit code, and one sentence that says what to do. */
import { describe, expect, it } from 'vitest';
import { exitCodeOf, sentenceOf } from '../../src/cli/errors.ts';
import { Refusal } from '../../src/core/refusal.ts';
import { SourceError } from '../../src/ingest/source/source.ts';
import { Refused } from '../../src/night/run.ts';
import { DatabaseAway, WrongDatabase } from '../../src/store/connection/session.ts';
import { Fenced } from '../../src/store/log/append.ts';
import { SchemaRefused } from '../../src/store/schema/migrate.ts';
import { cps } from '../integration/commands.ts';

const ofDatabase = (code: string, message: string): Error => Object.assign(new Error(message), { code });

describe('an error', () => {
  it.each([
    [new Refusal('x'), 2],
    [new SourceError('x'), 2],
    [new WrongDatabase('x'), 2],
    [new Refused('x'), 3],
    [new Fenced(), 3],
    [new SchemaRefused('x'), 3],
    [new DatabaseAway('x'), 4],
    [ofDatabase('40001', 'could not serialize access'), 4],
    [new Error('a bug'), 4],
    ['thrown text', 4],
  ])('%s ends with its code', (error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });

  it.each([
    [ofDatabase('53100', 'could not extend file: No space left on device'), /disk is full: make room/],
    [ofDatabase('53300', 'too many clients'), /memory or connections/],
    [ofDatabase('40001', 'could not serialize access due to concurrent update'), /repeat the command/],
    [ofDatabase('40P01', 'deadlock detected'), /repeat the command/],
    [ofDatabase('42501', 'permission denied for table log'), /does not let this user/],
    [new Error('one\nstack\nlines'), /^one$/],
    [Object.assign(new Error('no such file'), { code: 'ENOENT' }), /^no such file$/],
  ])('%s is told in one line', (error, says) => {
    expect(sentenceOf(error)).toMatch(says);
    expect(sentenceOf(error)).not.toContain('\n');
  });
});

describe('the command line', () => {
  it.each([
    [['bogus'], /unknown command 'bogus'/],
    [['run'], /required option '--through <day>'/],
    [['run', '--through', '2013-02-30'], /2013-02-30.*existing day/],
    [['run', '--through', '2013-12-11', '--workers', '0'], /whole number from 1 to 64/],
    [['--data', '/nowhere/at/all', 'status'], /there is no book under \/nowhere\/at\/all: cps init makes one/],
    [['--database', 'mysql://x/y', 'status'], /cannot be read/],
    [['ingest'], /name files or folders/],
    [['ingest', '--feed', 'sales'], /sales is no feed/],
    [['export', 'everything'], /everything is no export/],
    [['init', '--zone', 'Mars/Olympus'], /time zone/],
    [['init', '--currency', 'yuan'], /currency code/],
    [['init', '--policy', '/nowhere.json'], /\/nowhere\.json cannot be read/],
  ])('%j is refused with code 2 and one sentence', async (args, says) => {
    const { code, stdout, stderr } = await cps(args).ended;
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 2, stdout: '', lines: 1 });
    expect(stderr).toMatch(says);
  });

  it('ends with code 4 where no database answers', async () => {
    const { code, stderr } = await cps(['--database', 'postgresql://cps:secret@127.0.0.1:1/cps', 'status']).ended;
    expect(code).toBe(4);
    expect(stderr).toMatch(/^cps: the database at 127\.0\.0\.1:1 does not answer \(connection refused\)/);
    expect(stderr).not.toContain('secret');
  });
});
