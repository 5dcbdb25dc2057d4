/** How a deduction or payout stands, in words: the one sentence that documents, pages and commands say of it. */
import type { Standing } from '../core/bank/standing.ts';
import { type Language, say, sayWord } from './words/index.ts';

/** What the bank made of it, in which file it was sent, or that it was instructed; and what waits for its night. */
export function standingText(of: Standing, language: Language): string {
  const { answer, delivered, sent, instructedOn, overdue, asOf } = of;
  const base =
    answer !== null
      ? answerText(answer, language)
      : sent !== null
        ? say('standing-sent', language, { day: sent.on, file: sent.fileId })
        : say('standing-instructed', language, { day: instructedOn });
  if (delivered !== null) {
    const then = say('standing-delivered', language, {
      answer: answerText(delivered, language),
      night: delivered.night,
    });
    return answer === null ? then : say('standing-then', language, { base, then });
  }
  return overdue > 0 && asOf !== null ? say('standing-overdue', language, { base, day: asOf }) : base;
}

function answerText({ status, on, reason }: NonNullable<Standing['answer']>, language: Language): string {
  const state = sayWord(status, language);
  return reason === ''
    ? say('standing-answer', language, { state, day: on })
    : say('standing-because', language, { state, day: on, reason });
}

/** The same as fields, for programs. */
export function standingDocument({ state, valueDate, asOf, sent, answer, delivered, overdue }: Standing) {
  const told = (one: Standing['answer']) =>
    one === null ? null : { status: one.status, on: one.on, bookedBy: one.night, reason: one.reason };
  return {
    ...{ state, valueDate, asOf, sent: sent === null ? null : { file: sent.fileId, on: sent.on } },
    ...{ result: told(answer), delivered: told(delivered), overdueDays: overdue },
  };
}
