/** Who is who, across chats and the web. */
import { defineEntity, p } from '@mikro-orm/core';
import { instant, json } from './columns.ts';

export const AccountLink = defineEntity({
  name: 'AccountLink',
  indexes: [{ properties: ['personId'] }],
  properties: {
    chatId: p.text().primary(),
    personId: p.text(),
    personName: p.text(),
    linkedAt: instant(),
    confirmedAt: instant(),
  },
});

export const LinkCode = defineEntity({
  name: 'LinkCode',
  indexes: [{ properties: ['expiresAt'] }],
  properties: {
    digest: p.text().primary(),
    personId: p.text(),
    personName: p.text(),
    expiresAt: instant(),
  },
});

export const WebSession = defineEntity({
  name: 'WebSession',
  indexes: [{ properties: ['expiresAt'] }],
  properties: { digest: p.text().primary(), personId: p.text(), expiresAt: instant() },
});

export const TerminalToken = defineEntity({
  name: 'TerminalToken',
  properties: { personId: p.text().primary(), digest: p.text().unique(), expiresAt: instant() },
});

/** Where a chat lets Drover speak. */
export const ChatPlace = defineEntity({
  name: 'ChatPlace',
  indexes: [{ properties: ['transport', 'userId'] }, { properties: ['transport', 'teamId'] }],
  properties: {
    transport: p.text().primary(),
    place: p.text().primary(),
    userId: p.text().nullable(),
    teamId: p.text().nullable(),
    reference: json(),
  },
});

/** Who reads where several do. */
export const ChatReader = defineEntity({
  name: 'ChatReader',
  properties: {
    transport: p.text().primary(),
    place: p.text().primary(),
    userId: p.text().primary(),
    readerId: p.text(),
    seenAt: instant(),
  },
});
