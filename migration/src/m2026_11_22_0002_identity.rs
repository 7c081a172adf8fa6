//! Who calls: users, API clients and their secrets, signing keys, revoked tokens.

use crate::tables::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut users = record("users");
        users
            .col(text("issuer"))
            .col(text("subject"))
            .col(text("display_name"))
            .col(text_null("email"))
            .col(json("roles"))
            .col(uuid_null("partner_id"))
            .col(text("status"));
        create(
            manager,
            users,
            vec![
                unique("users", &["organisation", "issuer", "subject"]),
                index("users", &["organisation", "id"]),
                index("users", &["partner_id"]),
            ],
        )
        .await?;

        let mut clients = record("api_clients");
        clients
            .col(text("name"))
            .col(json("scopes"))
            .col(uuid_null("partner_id"))
            .col(text("status"))
            .col(timestamp("secret_changed_at"));
        create(
            manager,
            clients,
            vec![
                index("api_clients", &["organisation", "id"]),
                index("api_clients", &["partner_id"]),
            ],
        )
        .await?;

        let mut secrets = Table::create()
            .table(Alias::new("api_client_secrets"))
            .col(uuid("id").primary_key())
            .col(uuid("client_id"))
            .col(text("secret_hash"))
            .col(timestamp("created_at"))
            .col(timestamp_null("expires_at"))
            .to_owned();
        foreign(
            &mut secrets,
            "api_client_secrets",
            "client_id",
            "api_clients",
            "id",
        );
        create(
            manager,
            secrets,
            vec![index("api_client_secrets", &["client_id"])],
        )
        .await?;

        let keys = Table::create()
            .table(Alias::new("signing_keys"))
            .col(text("kid").primary_key())
            .col(text("algorithm"))
            .col(bytes("private_key"))
            .col(bytes("public_key"))
            .col(timestamp("created_at"))
            .col(timestamp("signs_until"))
            .col(timestamp("verifies_until"))
            .to_owned();
        create(manager, keys, vec![]).await?;

        let secrets = Table::create()
            .table(Alias::new("deployment_secrets"))
            .col(text("name").primary_key())
            .col(bytes("value"))
            .to_owned();
        create(manager, secrets, vec![]).await?;

        let revoked = Table::create()
            .table(Alias::new("revoked_tokens"))
            .col(text("jti").primary_key())
            .col(timestamp("revoked_at"))
            .col(timestamp("expires_at"))
            .to_owned();
        create(
            manager,
            revoked,
            vec![index("revoked_tokens", &["expires_at"])],
        )
        .await?;

        // One row, counted up by every change of who may do what.
        let epoch = Table::create()
            .table(Alias::new("access_epoch"))
            .col(integer("id").primary_key())
            .col(big_integer("number"))
            .to_owned();
        create(manager, epoch, vec![]).await?;
        let first = Query::insert()
            .into_table(Alias::new("access_epoch"))
            .columns([Alias::new("id"), Alias::new("number")])
            .values_panic([1.into(), 0.into()])
            .to_owned();
        manager.exec_stmt(first).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(
            manager,
            &[
                "access_epoch",
                "revoked_tokens",
                "deployment_secrets",
                "signing_keys",
                "api_client_secrets",
                "api_clients",
                "users",
            ],
        )
        .await
    }
}
