/** Sends a page in its frame, with the sections that are open to who looks. */
import type { FastifyReply } from 'fastify';
import { rolesOf } from '../core/access.ts';
import { TROUBLES, type Trouble, troublePage } from './entrance.ts';
import { framed } from './layout.ts';
import type { Content, Section } from './page.ts';
import { ROOMS } from './rooms.ts';
import type { Caller } from './visit.ts';

export function send(reply: FastifyReply, status: number, content: Content, caller: Caller): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .send(framed(content, caller, sectionsOf(caller)));
}

export function sendTrouble(reply: FastifyReply, trouble: Trouble, caller: Caller): FastifyReply {
  return send(reply, TROUBLES[trouble].status, troublePage(caller, trouble), caller);
}

/** The sections that are open to who looks: none before a passkey was shown that is asked for. */
export function sectionsOf({ principal, signedIn }: Pick<Caller, 'principal' | 'signedIn'>): readonly Section[] {
  if (principal === null || signedIn?.isGated === true) return [];
  const mine = rolesOf(principal);
  const open = ROOMS.flatMap(({ sections }) => sections).filter(({ roles }) =>
    roles.some((role) => mine.includes(role)),
  );
  return open.filter(({ path }, at) => open.findIndex((one) => one.path === path) === at);
}
