//! The Friends and Family Test: what came in, and the sums of it.

use crate::tables::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The columns of the sums, and what makes them unique. A response that names no site or ward has an empty code
/// or the nil id there, since no part of a primary key can be missing.
const COUNTS: &str = "CREATE TABLE friends_and_family_counts (
    setting TEXT NOT NULL,
    period TEXT NOT NULL,
    organisation TEXT NOT NULL CONSTRAINT friends_and_family_counts_organisation_fkey REFERENCES organisations (code),
    site TEXT NOT NULL,
    unit UUID_TYPE NOT NULL,
    touchpoint TEXT NOT NULL,
    mode TEXT NOT NULL,
    late BOOLEAN NOT NULL,
    very_good BIGINT NOT NULL,
    good BIGINT NOT NULL,
    neither BIGINT NOT NULL,
    poor BIGINT NOT NULL,
    very_poor BIGINT NOT NULL,
    dont_know BIGINT NOT NULL,
    PRIMARY KEY (setting, period, organisation, site, unit, touchpoint, mode, late)
)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // What wards are for decides between wards with as many responses.
        for column in ["first_specialty", "second_specialty"] {
            let units = Table::alter()
                .table(Alias::new("organisation_units"))
                .add_column(text_null(column))
                .to_owned();
            manager.alter_table(units).await?;
        }

        let name = "friends_and_family_imports";
        let mut imports = record(name);
        imports
            // Under which name the caller sends it again.
            .col(text("import_id"))
            .col(text("media_type"))
            .col(text("digest"))
            .col(text("acceptance"))
            .col(big_integer("rows"))
            .col(big_integer("accepted"))
            .col(big_integer("rejected"))
            .col(big_integer("late"))
            .col(date_null("first_on"))
            .col(date_null("last_on"))
            .col(text("status"));
        let indexes = vec![
            unique(name, &["organisation", "import_id"]),
            index(name, &["organisation", "created_at", "id"]),
        ];
        create(manager, imports, indexes).await?;

        let name = "friends_and_family_rejections";
        let mut rejections = Table::create()
            .table(Alias::new(name))
            .col(uuid("id").primary_key())
            .col(uuid("import_id"))
            .col(big_integer("line"))
            .col(text("field"))
            .col(text("code"))
            .col(text("reason"))
            .to_owned();
        foreign(
            &mut rejections,
            name,
            "import_id",
            "friends_and_family_imports",
            "id",
        );
        create(
            manager,
            rejections,
            vec![index(name, &["import_id", "line", "id"])],
        )
        .await?;

        let name = "friends_and_family_blocks";
        let mut blocks = Table::create()
            .table(Alias::new(name))
            .col(uuid("import_id"))
            .col(integer("number"))
            .col(integer("responses"))
            .col(bytes("columns"))
            .primary_key(
                Index::create()
                    .col(Alias::new("import_id"))
                    .col(Alias::new("number")),
            )
            .to_owned();
        foreign(
            &mut blocks,
            name,
            "import_id",
            "friends_and_family_imports",
            "id",
        );
        create(manager, blocks, Vec::new()).await?;

        let name = "friends_and_family_responses";
        let mut responses = record(name);
        responses
            .col(date("responded_on"))
            .col(text("setting"))
            .col(text_null("site"))
            .col(uuid_null("unit"))
            .col(text_null("ward_name"))
            .col(text_null("touchpoint"))
            .col(integer("score"))
            .col(text("mode"))
            .col(text("question"))
            .col(text("respondent"))
            .col(text_null("language"))
            .col(boolean("may_be_published"))
            // As they were written, and as others see them.
            .col(text_null("why"))
            .col(text_null("better"))
            .col(text_null("why_shown"))
            .col(text_null("better_shown"))
            .col(json("personal"))
            .col(text("urgency"))
            .col(text_null("dealt_with"))
            .col(timestamp_null("dealt_with_at"))
            .col(boolean("late"));
        let indexes = vec![
            index(name, &["organisation", "created_at", "id"]),
            index(name, &["organisation", "urgency", "created_at", "id"]),
        ];
        create(manager, responses, indexes).await?;

        let name = "friends_and_family_exclusions";
        let mut exclusions = record(name);
        exclusions
            .col(bytes("person"))
            .col(text("reason"))
            .col(date_null("until"));
        let indexes = vec![
            index(name, &["organisation", "created_at", "id"]),
            index(name, &["person"]),
        ];
        create(manager, exclusions, indexes).await?;

        let name = "friends_and_family_returns";
        let mut returns = record(name);
        returns
            .col(text("setting"))
            .col(text("period"))
            .col(text("status"))
            .col(json_null("frozen"))
            .col(timestamp_null("locked_at"))
            .col(text_null("locked_by"))
            .col(timestamp_null("submitted_at"))
            .col(text_null("submitted_by"));
        let indexes = vec![
            unique(name, &["organisation", "setting", "period"]),
            index(name, &["organisation", "created_at", "id"]),
            index(name, &["period", "status"]),
        ];
        create(manager, returns, indexes).await?;

        // The sums are read in the order of their key, and updated in place.
        let sqlite = COUNTS.replace("UUID_TYPE", "BLOB") + " WITHOUT ROWID";
        let postgres = COUNTS.replace("UUID_TYPE", "UUID") + " WITH (fillfactor = 80)";
        either(manager, &[&sqlite], &[&postgres]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(
            manager,
            &[
                "friends_and_family_counts",
                "friends_and_family_returns",
                "friends_and_family_exclusions",
                "friends_and_family_responses",
                "friends_and_family_blocks",
                "friends_and_family_rejections",
                "friends_and_family_imports",
            ],
        )
        .await?;
        for column in ["second_specialty", "first_specialty"] {
            let units = Table::alter()
                .table(Alias::new("organisation_units"))
                .drop_column(Alias::new(column))
                .to_owned();
            manager.alter_table(units).await?;
        }
        Ok(())
    }
}
