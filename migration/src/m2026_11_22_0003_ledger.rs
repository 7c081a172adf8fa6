//! What is remembered: the ledger, the keys of retried requests, the jobs, the messages to send.

use crate::tables::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let entries = Table::create()
            .table(Alias::new("ledger_entries"))
            .col(uuid("id").primary_key())
            .col(big_integer_null("seq"))
            .col(text_null("organisation"))
            .col(text("kind"))
            .col(text("action"))
            .col(text("record"))
            .col(text_null("record_id"))
            .col(big_integer_null("record_version"))
            .col(text("touched"))
            .col(text_null("issuer"))
            .col(text_null("subject"))
            .col(text_null("client_id"))
            .col(text_null("purpose"))
            .col(text("route"))
            .col(text("request_id"))
            .col(timestamp("occurred_at"))
            .col(bytes_null("previous_hash"))
            .col(bytes_null("hash"))
            .to_owned();
        create(
            manager,
            entries,
            vec![
                unique("ledger_entries", &["seq"]),
                index("ledger_entries", &["organisation", "seq"]),
                index("ledger_entries", &["organisation", "record_id", "seq"]),
            ],
        )
        .await?;

        let mut subjects = Table::create()
            .table(Alias::new("ledger_subjects"))
            .col(uuid("entry_id"))
            .col(uuid("partner_id"))
            .primary_key(
                Index::create()
                    .col(Alias::new("partner_id"))
                    .col(Alias::new("entry_id")),
            )
            .to_owned();
        foreign(
            &mut subjects,
            "ledger_subjects",
            "entry_id",
            "ledger_entries",
            "id",
        );
        create(manager, subjects, vec![]).await?;

        // The chain is append-only for everyone, the service's own bugs included: a row is never
        // removed, and once it has its number it never changes.
        either(
            manager,
            &[
                "CREATE INDEX ledger_entries_unsequenced_idx ON ledger_entries (seq) WHERE seq IS NULL",
                "CREATE TRIGGER ledger_entries_keep BEFORE DELETE ON ledger_entries
                 BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
                "CREATE TRIGGER ledger_entries_fixed BEFORE UPDATE ON ledger_entries
                 WHEN OLD.seq IS NOT NULL
                 BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
                "CREATE TRIGGER ledger_subjects_keep BEFORE DELETE ON ledger_subjects
                 BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
                "CREATE TRIGGER ledger_subjects_fixed BEFORE UPDATE ON ledger_subjects
                 BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
            ],
            &[
                // The order in which entries were written, whatever the clocks of the instances say:
                // whoever changes a record holds its lock. SQLite has its rowid.
                "ALTER TABLE ledger_entries ADD COLUMN arrival BIGINT GENERATED ALWAYS AS IDENTITY",
                "CREATE INDEX ledger_entries_unsequenced_idx ON ledger_entries (arrival) WHERE seq IS NULL",
                "CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
                 BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$",
                "CREATE TRIGGER ledger_entries_keep BEFORE DELETE ON ledger_entries
                 FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only()",
                "CREATE TRIGGER ledger_entries_fixed BEFORE UPDATE ON ledger_entries
                 FOR EACH ROW WHEN (OLD.seq IS NOT NULL) EXECUTE FUNCTION ledger_is_append_only()",
                "CREATE TRIGGER ledger_subjects_keep BEFORE UPDATE OR DELETE ON ledger_subjects
                 FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only()",
            ],
        )
        .await?;

        let keys = Table::create()
            .table(Alias::new("idempotency_keys"))
            .col(bytes("key_hash").primary_key())
            .col(bytes("body_hash"))
            .col(bytes("sealed_result"))
            .col(timestamp("created_at"))
            .to_owned();
        create(
            manager,
            keys,
            vec![index("idempotency_keys", &["created_at"])],
        )
        .await?;

        let jobs = Table::create()
            .table(Alias::new("jobs"))
            .col(uuid("id").primary_key())
            .col(text("kind"))
            .col(text("record_id"))
            .col(timestamp("due_at"))
            .col(integer("attempts"))
            .col(text_null("last_error"))
            .col(timestamp_null("done_at"))
            .col(timestamp("created_at"))
            .to_owned();
        create(manager, jobs, vec![index("jobs", &["done_at", "due_at"])]).await?;

        let mut messages = record("messages");
        messages
            .col(uuid("partner_id"))
            .col(text("purpose"))
            .col(text("template"))
            .col(json("facts"))
            .col(text("status"));
        create(
            manager,
            messages,
            vec![index("messages", &["organisation", "partner_id", "id"])],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(
            manager,
            &[
                "messages",
                "jobs",
                "idempotency_keys",
                "ledger_subjects",
                "ledger_entries",
            ],
        )
        .await?;
        either(manager, &[], &["DROP FUNCTION ledger_is_append_only()"]).await
    }
}
