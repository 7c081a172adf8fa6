//! A migrated database for each test, copied from a template that each run makes once.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use equal_partners::organisations::{self, Hierarchy};
use equal_partners::store::{Clock, Database, Store};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use tokio::sync::OnceCell;

use super::postgres::Postgres;

/// Organisations that every test finds: a commissioner with two trusts, and another one apart.
const ORGANISATIONS: &str = "icb_code,icb_name,trust_code,trust_name,site_code,site_name,ward_name
QE1,LANCASHIRE AND SOUTH CUMBRIA ICB,RXL,BLACKPOOL TEACHING HOSPITALS NHS FOUNDATION TRUST,RXL01,BLACKPOOL VICTORIA HOSPITAL - RXL01,AMU1
QE1,LANCASHIRE AND SOUTH CUMBRIA ICB,RXN,LANCASHIRE TEACHING HOSPITALS NHS FOUNDATION TRUST,RXN02,ROYAL PRESTON HOSPITAL - RXN02,Ward 2
QOP,GREATER MANCHESTER ICB,R0A,MANCHESTER UNIVERSITY NHS FOUNDATION TRUST,R0A02,MANCHESTER ROYAL INFIRMARY - R0A02,Ward 1
IS1,INDEPENDENT SECTOR PROVIDERS,NWF01,BENENDEN HOSPITAL,NWF01,BENENDEN HOSPITAL - NWF01,ACU
";

/// Migrates a new database and adds the organisations.
pub async fn fill(database: Database) {
    database.migrate().await.unwrap();
    let store = Store::open(database, Clock::default()).await.unwrap();
    let file = Hierarchy::parse(ORGANISATIONS.as_bytes()).unwrap();
    organisations::operations::load(&store, &file)
        .await
        .unwrap();
    while equal_partners::store::sequence(&store.database)
        .await
        .unwrap()
        > 0
    {}
    store.database.close().await.unwrap();
}

/// A folder of this run; the runs before it are swept away.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let base = std::env::temp_dir();
        for old in std::fs::read_dir(&base).into_iter().flatten().flatten() {
            let name = old.file_name().to_string_lossy().into_owned();
            if let Some(pid) = name.strip_prefix("equal-partners-tests-")
                && !Path::new("/proc").join(pid).exists()
            {
                let _ = std::fs::remove_dir_all(old.path());
            }
        }
        let folder = base.join(format!("equal-partners-tests-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    })
}

/// The URL of a SQLite database that does not exist yet.
pub fn empty_sqlite() -> String {
    let path = folder().join(format!("{}.db", uuid::Uuid::new_v4()));
    format!("sqlite://{}", path.display())
}

/// The URL of a new SQLite database.
pub async fn sqlite() -> String {
    static TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();
    let template = TEMPLATE
        .get_or_init(async || {
            let path = folder().join("template.db");
            fill(
                Database::connect(&format!("sqlite://{}", path.display()))
                    .await
                    .unwrap(),
            )
            .await;
            path
        })
        .await;
    let path = folder().join(format!("{}.db", uuid::Uuid::new_v4()));
    std::fs::copy(template, &path).unwrap();
    format!("sqlite://{}", path.display())
}

/// The server: TEST_POSTGRES_URL, or one started from installed binaries, or the one on this machine.
fn server() -> &'static str {
    static SERVER: OnceLock<String> = OnceLock::new();
    SERVER.get_or_init(|| {
        if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
            return url.trim_end_matches('/').to_owned();
        }
        if !Postgres::is_installed() {
            return "postgres://postgres@127.0.0.1:5432".to_owned();
        }
        // Nothing here has to outlive a crash, so nothing waits for the disk: a database is made in a tenth of the time.
        static PRIVATE: OnceLock<Postgres> = OnceLock::new();
        let settings = "fsync=off -c full_page_writes=off -c synchronous_commit=off";
        let server = PRIVATE.get_or_init(|| Postgres::start(&folder().join("postgres"), settings));
        server.ends_with_this_process();
        server.url()
    })
}

async fn maintenance() -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new(format!("{}/postgres", server()));
    options.max_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options).await.unwrap()
}

/// The URL of a PostgreSQL database without a table.
pub async fn empty_postgres() -> String {
    let name = format!(
        "equal_partners_test_{}_{}",
        std::process::id(),
        uuid::Uuid::new_v4().simple()
    );
    let connection = maintenance().await;
    connection
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await
        .unwrap();
    connection.close().await.unwrap();
    format!("{}/{name}", server())
}

/// The URL of a new PostgreSQL database.
pub async fn postgres() -> String {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let template = TEMPLATE
        .get_or_init(async || {
            let connection = maintenance().await;
            sweep(&connection).await;
            let name = format!("equal_partners_test_{}_template", std::process::id());
            connection
                .execute_unprepared(&format!("CREATE DATABASE {name}"))
                .await
                .unwrap();
            fill(
                Database::connect(&format!("{}/{name}", server()))
                    .await
                    .unwrap(),
            )
            .await;
            connection.close().await.unwrap();
            name
        })
        .await;
    let name = format!(
        "equal_partners_test_{}_{}",
        std::process::id(),
        uuid::Uuid::new_v4().simple()
    );
    let connection = maintenance().await;
    connection
        .execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
        .await
        .unwrap();
    connection.close().await.unwrap();
    format!("{}/{name}", server())
}

/// Databases of runs that are over.
async fn sweep(connection: &DatabaseConnection) {
    let sql = "SELECT datname::text FROM pg_database WHERE datname LIKE 'equal_partners_test_%'";
    let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, sql);
    for row in connection.query_all_raw(statement).await.unwrap() {
        let name: String = row.try_get_by_index(0).unwrap();
        let pid = name
            .trim_start_matches("equal_partners_test_")
            .split('_')
            .next()
            .unwrap_or_default();
        if !Path::new("/proc").join(pid).exists() {
            let _ = connection
                .execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
                .await;
        }
    }
}

/// Where the files of a test's database are kept.
pub fn files_url(url: &str) -> String {
    let name = url.rsplit('/').next().unwrap_or_default();
    format!(
        "file://{}",
        folder().join(format!("{name}-files")).display()
    )
}

/// Removes a test's database, and its files.
pub async fn remove(url: &str) {
    let files = files_url(url);
    let _ = std::fs::remove_dir_all(files.trim_start_matches("file://"));
    if let Some(path) = url.strip_prefix("sqlite://") {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{path}{end}"));
        }
        return;
    }
    let name = url.rsplit('/').next().unwrap_or_default();
    let connection = maintenance().await;
    let _ = connection
        .execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        .await;
    connection.close().await.unwrap();
}
