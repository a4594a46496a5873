/** Links between chat users and people, and what proves them. */
import type {
  AccountLink,
  LinkCode,
  LinkReads,
  LinkTable,
  TerminalToken,
  WebSession,
} from '#core/ports/account-links.ts';
import type { Scope } from '../scope.ts';

export function createLinkReads({ db, now, codecs, dialect }: Scope): LinkReads {
  const links = codecs<AccountLink>('account_link');
  const sessions = codecs<WebSession>('web_session');
  const tokens = codecs<TerminalToken>('terminal_token');
  const validTokens = db
    .selectFrom('terminal_token')
    .selectAll()
    .where('expires_at', '>', dialect.storeInstant(now));
  return {
    async find(chatId) {
      const query = db.selectFrom('account_link').selectAll().where('chat_id', '=', chatId);
      const row = await query.executeTakeFirst();
      return row && links.toRow(row);
    },
    async list(personId) {
      const rows = await db
        .selectFrom('account_link')
        .selectAll()
        .$if(personId !== undefined, (query) => query.where('person_id', '=', personId ?? ''))
        .orderBy('person_name')
        .orderBy('chat_id')
        .execute();
      return rows.map(links.toRow);
    },
    async findSession(digest) {
      const row = await db
        .selectFrom('web_session')
        .selectAll()
        .where('digest', '=', digest)
        .where('expires_at', '>', dialect.storeInstant(now))
        .executeTakeFirst();
      return row && sessions.toRow(row);
    },
    async findTerminalToken(digest) {
      const row = await validTokens.where('digest', '=', digest).executeTakeFirst();
      return row && tokens.toRow(row);
    },
    async findTerminalTokenOf(personId) {
      const row = await validTokens.where('person_id', '=', personId).executeTakeFirst();
      return row && tokens.toRow(row);
    },
  };
}

export function createLinkTable(scope: Scope): LinkTable {
  const { db, now, codecs, dialect } = scope;
  const links = codecs<AccountLink>('account_link');
  const codes = codecs<LinkCode>('link_code');
  const stored = dialect.storeInstant(now);
  return {
    ...createLinkReads(scope),
    async put(link) {
      const row = links.toColumns({ ...link, linkedAt: now, confirmedAt: now });
      await db
        .insertInto('account_link')
        .values(row)
        .onConflict((conflict) => conflict.column('chat_id').doUpdateSet(row))
        .execute();
    },
    async remove(chatId) {
      const query = db.deleteFrom('account_link').where('chat_id', '=', chatId);
      return (await query.executeTakeFirst()).numDeletedRows === 1n;
    },
    async putCode(code) {
      await db.deleteFrom('link_code').where('expires_at', '<=', stored).execute();
      await db.insertInto('link_code').values(codes.toColumns(code)).execute();
    },
    async takeCode(digest) {
      const row = await db
        .deleteFrom('link_code')
        .where('digest', '=', digest)
        .where('expires_at', '>', stored)
        .returningAll()
        .executeTakeFirst();
      return row && codes.toRow(row);
    },
    async putSession(session) {
      await db.deleteFrom('web_session').where('expires_at', '<=', stored).execute();
      const row = codecs<WebSession>('web_session').toColumns(session);
      await db.insertInto('web_session').values(row).execute();
    },
    async removeSession(digest) {
      await db.deleteFrom('web_session').where('digest', '=', digest).execute();
    },
    async putTerminalToken(token) {
      const row = codecs<TerminalToken>('terminal_token').toColumns(token);
      await db
        .insertInto('terminal_token')
        .values(row)
        .onConflict((conflict) => conflict.column('person_id').doUpdateSet(row))
        .execute();
    },
    async removeTerminalToken(personId) {
      const query = db.deleteFrom('terminal_token').where('person_id', '=', personId);
      return (await query.executeTakeFirst()).numDeletedRows === 1n;
    },
  };
}
