//! What an operator looks at has to be cheap to read.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql =
            "CREATE INDEX messages_queued_idx ON messages (created_at) WHERE status = 'queued'";
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "DROP INDEX messages_queued_idx";
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }
}
