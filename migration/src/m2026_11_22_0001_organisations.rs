//! NHS organisations by ODS code, their dated parents, their wards, and what they share.

use crate::tables::*;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::prelude::{DateTimeUtc, Json};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let organisations = Table::create()
            .table(Alias::new("organisations"))
            .col(text("code").primary_key())
            .col(text("name"))
            .col(json("kinds"))
            .col(text_null("email"))
            .col(text_null("telephone"))
            .col(text_null("text_relay"))
            .col(text_null("post"))
            .col(date_null("opened_on"))
            .col(date_null("closed_on"))
            .col(text_null("successor"))
            .col(big_integer("version"))
            .col(timestamp("created_at"))
            .col(timestamp("updated_at"))
            .to_owned();
        create(
            manager,
            organisations,
            vec![index("organisations", &["name", "code"])],
        )
        .await?;

        // Everyone else is somewhere below the root, and platform-wide roles are held in it.
        let since: DateTimeUtc = "2026-11-22T00:00:00Z"
            .parse()
            .map_err(|error| DbErr::Custom(format!("{error}")))?;
        let root = Query::insert()
            .into_table(Alias::new("organisations"))
            .columns([
                "code",
                "name",
                "kinds",
                "version",
                "created_at",
                "updated_at",
            ])
            .values_panic([
                "ENGLAND".into(),
                "England".into(),
                Json::Array(vec!["root".into()]).into(),
                1i64.into(),
                since.into(),
                since.into(),
            ])
            .to_owned();
        manager.execute(root).await?;

        // The kind is part of the link: an independent hospital is a trust and its own site.
        let mut parents = Table::create()
            .table(Alias::new("organisation_parents"))
            .col(uuid("id").primary_key())
            .col(text("child"))
            .col(text("child_kind"))
            .col(text_null("child_name"))
            .col(text("parent"))
            .col(date_null("valid_from"))
            .col(date_null("valid_to"))
            .to_owned();
        foreign(
            &mut parents,
            "organisation_parents",
            "child",
            "organisations",
            "code",
        );
        foreign(
            &mut parents,
            "organisation_parents",
            "parent",
            "organisations",
            "code",
        );
        create(
            manager,
            parents,
            vec![
                index("organisation_parents", &["child", "child_kind"]),
                index("organisation_parents", &["parent", "child"]),
            ],
        )
        .await?;

        let mut units = Table::create()
            .table(Alias::new("organisation_units"))
            .col(uuid("id").primary_key())
            .col(text("organisation"))
            .col(text("kind"))
            .col(text("name"))
            .col(date_null("opened_on"))
            .col(date_null("closed_on"))
            .to_owned();
        foreign(
            &mut units,
            "organisation_units",
            "organisation",
            "organisations",
            "code",
        );
        create(
            manager,
            units,
            vec![unique(
                "organisation_units",
                &["organisation", "kind", "name"],
            )],
        )
        .await?;

        let mut shares = record("organisation_shares");
        shares
            .col(text("with_organisation"))
            .col(text("what"))
            .col(text("purpose"))
            .col(date("starts_on"))
            .col(date("ends_on"))
            .col(timestamp_null("revoked_at"));
        foreign(
            &mut shares,
            "organisation_shares",
            "with_organisation",
            "organisations",
            "code",
        );
        create(
            manager,
            shares,
            vec![
                index("organisation_shares", &["organisation", "id"]),
                index("organisation_shares", &["with_organisation", "what"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(
            manager,
            &[
                "organisation_shares",
                "organisation_units",
                "organisation_parents",
                "organisations",
            ],
        )
        .await
    }
}
