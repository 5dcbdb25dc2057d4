/** What persons are written: a link to sign in with, and that they are invited. */
import { SPEECH, type Tongue } from '../words/index.ts';
import type { LetterText } from './language.ts';

export function linkLetter(language: Tongue, name: string, link: string): LetterText {
  const { t } = SPEECH[language];
  return { subject: t('link-subject'), body: t('link-body', { name, link }) };
}

/** In both languages: nobody knows yet which one the invited reads. */
export function invitationLetter(name: string, by: string, url: string): LetterText {
  const said = [SPEECH.zh, SPEECH.en] as const;
  return {
    subject: said.map(({ t }) => t('invited-subject')).join(' · '),
    body: said.map(({ t }) => t('invited-body', { name, by, url })).join('\n'),
  };
}
