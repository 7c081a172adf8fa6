//! The rows of a run. The service writes one of each kind itself, through its API; the others are copies of it
//! with ids, times and texts of their own, so that they are encoded as the service encodes them.

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, SecondsFormat, Utc};
use hyper::Method;
use uuid::Uuid;

use crate::database::{Database, connect};
use crate::load::Connection;
use crate::service::{ORGANISATION, Service};

/// How many workstreams there are for each opportunity.
pub const PER_OPPORTUNITY: usize = 10;
/// Of this many workstreams, one has a lead.
const PER_LED: usize = 100;
/// Rows that PostgreSQL takes in one statement.
const CHUNK: usize = 5_000;

const WORDS: &[&str] = &[
    "falls",
    "hospital",
    "discharge",
    "diabetes",
    "maternity",
    "carers",
    "waiting",
    "letters",
    "dementia",
    "transport",
    "interpreters",
    "pharmacy",
    "stroke",
    "children",
    "hearing",
    "access",
    "outpatients",
    "surgery",
    "wards",
    "community",
    "nutrition",
    "pain",
    "safety",
    "records",
];

/// A text like those that people write, different for each number.
pub fn purpose(number: u64) -> String {
    let word = |at: u64| {
        let mixed = (number + 1)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(at as u32 * 7);
        WORDS[(mixed >> 40) as usize % WORDS.len()]
    };
    format!(
        "Better {} and {} for people who use our services, designed with those who know {}, {} and {} at first hand.",
        word(0),
        word(1),
        word(2),
        word(3),
        word(4)
    )
}

/// A row to write: what differs between a row and its template.
struct Row {
    id: Uuid,
    at: DateTime<Utc>,
    name: String,
    purpose: String,
    status: &'static str,
    led: bool,
}

/// Ids and times in one order, a second apart, and never at a whole second, where times are written shorter.
fn row(number: usize, rows: usize, kind: &str) -> Result<Row> {
    const LAST: u64 = 1_790_000_000_000;
    let millis = LAST - (rows - number) as u64 * 1_000 + number as u64 % 999 + 1;
    let seed = (number as u64 + 1).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    let mut random = [0; 10];
    random[..8].copy_from_slice(&seed.to_be_bytes());
    let at = DateTime::from_timestamp_millis(millis as i64).context("no such time")?;
    Ok(Row {
        id: uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid(),
        at,
        name: format!(
            "{kind} {number:07}: {} and {}",
            WORDS[number % WORDS.len()],
            WORDS[number / 7 % WORDS.len()]
        ),
        purpose: purpose(number as u64),
        status: "",
        led: number.is_multiple_of(PER_LED),
    })
}

fn workstream(number: usize, rows: usize) -> Result<Row> {
    let mut row = row(number, rows, "Workstream")?;
    row.status = if number % 10 == 3 { "closed" } else { "active" };
    Ok(row)
}

fn opportunity(number: usize, rows: usize) -> Result<Row> {
    let mut row = row(number, rows, "Opportunity")?;
    row.status = ["published", "published", "closed", "draft"][number % 4];
    Ok(row)
}

/// What the service wrote itself.
pub struct Templates {
    workstream: Uuid,
    opportunity: Uuid,
    /// The user who leads.
    pub lead: Uuid,
}

fn id(json: &serde_json::Value, field: &str) -> Result<Uuid> {
    Ok(json[field]
        .as_str()
        .context("an answer without an id")?
        .parse()?)
}

/// Lets the service write a workstream and a published opportunity.
pub async fn templates(service: &Service, address: &str) -> Result<Templates> {
    let mut connection = Connection::open(address).await?;
    let (lead, officer) = (
        service.token("workstream_lead", "lena")?,
        service.token("engagement_officer", "olu")?,
    );
    let lena = id(&connection.read("/v1/me", &lead).await?, "userId")?;
    let olu = id(&connection.read("/v1/me", &officer).await?, "userId")?;
    let workstream = serde_json::json!({ "name": "The first workstream", "purpose": purpose(0), "leadId": lena });
    let made = connection
        .call(
            Method::POST,
            "/v1/workstreams",
            &officer,
            &workstream.to_string(),
        )
        .await?;
    let workstream = id(&serde_json::from_slice(&made.body)?, "id")?;
    let draft = serde_json::json!({
        "workstreamId": workstream,
        "title": "Patient partner for falls prevention",
        "summary": "Help us to prevent falls at home and on our wards. We meet once a month, in person or online. You tell us what would have helped you, and we design it together.",
        "kind": "workingGroup", "participationLevel": "coDesign", "mode": "hybrid", "place": "Blackpool",
        "topics": ["falls", "older people"], "perspectivesWanted": ["serviceUser", "carer"],
        "access": ["stepFree", "hearingLoop"], "roleLevel": 3, "places": 2, "hoursPerMonth": 4,
        "payment": { "kind": "paid", "pence": 7500, "unit": "halfDay", "expensesCovered": ["travel"] },
        "budgetCode": "PPI-2027",
        "influenceStatement": "Partners shape what is offered and how. The number of beds is not open to change.",
        "namedContactId": olu,
        "contact": { "name": "Olu", "email": "involvement@blackpool.example", "telephone": "01253 300000" },
        "role": { "accessSupportStatement": "Tell us what you need; we arrange and pay for it.",
                  "whatYouWillDo": ["Meet once a month", "Comment on drafts"] },
        "closesAt": "2099-01-31T17:00:00Z",
    });
    let made = connection
        .call(Method::POST, "/v1/opportunities", &lead, &draft.to_string())
        .await?;
    let opportunity = id(&serde_json::from_slice(&made.body)?, "id")?;
    for (verb, token) in [
        ("submit-for-review", &lead),
        ("approve", &officer),
        ("publish", &officer),
    ] {
        let path = format!("/v1/opportunities/{opportunity}/{verb}");
        connection.call(Method::POST, &path, token, "").await?;
    }
    Ok(Templates {
        workstream,
        opportunity,
        lead: lena,
    })
}

/// Copies the templates until there are so many rows. Nothing else may use the database meanwhile.
pub async fn seed(database: &Database, templates: &Templates, rows: usize) -> Result<()> {
    match database {
        Database::Sqlite(_) => sqlite(&mut database.sqlite()?, templates, rows),
        Database::Postgres { .. } => postgres(database, templates, rows).await,
    }
}

/// The columns of a table, each with what fills it: a parameter, or the template's value.
fn copy(table: &str, columns: &[String], filled: &[(&str, &str)]) -> Result<String> {
    for (column, _) in filled {
        ensure!(
            columns.iter().any(|one| one == column),
            "{table} has no {column}"
        );
    }
    let values: Vec<String> = columns
        .iter()
        .map(|column| {
            let own = filled.iter().find(|(name, _)| name == column);
            own.map_or_else(
                || format!("old.\"{column}\""),
                |(_, value)| (*value).to_owned(),
            )
        })
        .collect();
    let quoted: Vec<String> = columns
        .iter()
        .map(|column| format!("\"{column}\""))
        .collect();
    Ok(format!(
        "INSERT INTO {table} ({}) SELECT {} FROM {table} AS old",
        quoted.join(", "),
        values.join(", ")
    ))
}

fn sqlite(connection: &mut rusqlite::Connection, templates: &Templates, rows: usize) -> Result<()> {
    let columns = |table: &str| -> Result<Vec<String>> {
        let mut ask = connection.prepare("SELECT name FROM pragma_table_info(?)")?;
        let names = ask.query_map([table], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    };
    let workstreams = copy(
        "workstreams",
        &columns("workstreams")?,
        &[
            ("id", "?1"),
            ("created_at", "?2"),
            ("updated_at", "?2"),
            ("name", "?3"),
            ("purpose", "?4"),
            ("status", "?5"),
            ("lead_id", "iif(?6, old.lead_id, NULL)"),
        ],
    )? + " WHERE old.id = ?7";
    let opportunities = copy(
        "opportunities",
        &columns("opportunities")?,
        &[
            ("id", "?1"),
            ("created_at", "?2"),
            ("updated_at", "?2"),
            ("title", "?3"),
            ("summary", "?4"),
            ("status", "?5"),
            ("published_at", "iif(?5 = 'draft', NULL, ?2)"),
        ],
    )? + " WHERE old.id = ?6";
    let transaction = connection.transaction()?;
    {
        let mut workstreams = transaction.prepare(&workstreams)?;
        let mut opportunities = transaction.prepare(&opportunities)?;
        let mut tags = transaction.prepare("INSERT INTO opportunity_tags (facet, value, opportunity_id) SELECT facet, value, ?1 FROM opportunity_tags WHERE opportunity_id = ?2")?;
        let mut found =
            transaction.prepare("INSERT INTO search_rows (kind, record_id) VALUES (?, ?)")?;
        let mut text =
            transaction.prepare("INSERT INTO search_text (rowid, body) VALUES (?, ?)")?;
        let mut index = |kind: &str, row: &Row| -> Result<()> {
            found.execute(rusqlite::params![kind, row.id.as_bytes()])?;
            let body = format!("{}\n{}", row.name, row.purpose);
            text.execute(rusqlite::params![transaction.last_insert_rowid(), body])?;
            Ok(())
        };
        let stored = |row: &Row| row.at.to_rfc3339_opts(SecondsFormat::Millis, false);
        for number in 0..rows {
            let row = workstream(number, rows)?;
            workstreams.execute(rusqlite::params![
                row.id.as_bytes(),
                stored(&row),
                row.name,
                row.purpose,
                row.status,
                row.led,
                templates.workstream.as_bytes()
            ])?;
            index("workstream", &row)?;
        }
        for number in 0..rows / PER_OPPORTUNITY {
            let row = opportunity(number, rows)?;
            let template = templates.opportunity.as_bytes();
            opportunities.execute(rusqlite::params![
                row.id.as_bytes(),
                stored(&row),
                row.name,
                row.purpose,
                row.status,
                template
            ])?;
            tags.execute(rusqlite::params![row.id.as_bytes(), template])?;
            index("opportunity", &row)?;
        }
    }
    transaction.commit()?;
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(())
}

async fn postgres(database: &Database, templates: &Templates, rows: usize) -> Result<()> {
    let client = connect(&database.url()).await?;
    let columns = async |table: &str| -> Result<Vec<String>> {
        let ask = "SELECT column_name::text FROM information_schema.columns WHERE table_name = $1 AND is_identity = 'NO' AND is_generated = 'NEVER' ORDER BY ordinal_position";
        let rows = client.query(ask, &[&table]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    };
    const NEW: &str = "unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::bool[]) AS new (id, at, name, purpose, status, led)";
    let workstreams = copy(
        "workstreams",
        &columns("workstreams").await?,
        &[
            ("id", "new.id"),
            ("created_at", "new.at"),
            ("updated_at", "new.at"),
            ("name", "new.name"),
            ("purpose", "new.purpose"),
            ("status", "new.status"),
            ("lead_id", "CASE WHEN new.led THEN old.lead_id END"),
        ],
    )?;
    let opportunities = copy(
        "opportunities",
        &columns("opportunities").await?,
        &[
            ("id", "new.id"),
            ("created_at", "new.at"),
            ("updated_at", "new.at"),
            ("title", "new.name"),
            ("summary", "new.purpose"),
            ("status", "new.status"),
            (
                "published_at",
                "CASE WHEN new.status <> 'draft' THEN new.at END",
            ),
        ],
    )?;
    let index = format!(
        "INSERT INTO search_documents (kind, record_id, body) SELECT $7::text, new.id, to_tsvector('english', new.name || E'\\n' || new.purpose) FROM {NEW}"
    );
    let insert = async |sql: &str,
                        rows: &[Row],
                        last: Option<&(dyn tokio_postgres::types::ToSql + Sync)>|
           -> Result<()> {
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let times: Vec<_> = rows.iter().map(|row| row.at).collect();
        let names: Vec<_> = rows.iter().map(|row| &*row.name).collect();
        let purposes: Vec<_> = rows.iter().map(|row| &*row.purpose).collect();
        let states: Vec<_> = rows.iter().map(|row| row.status).collect();
        let led: Vec<_> = rows.iter().map(|row| row.led).collect();
        let mut values: Vec<&(dyn tokio_postgres::types::ToSql + Sync)> =
            vec![&ids, &times, &names, &purposes, &states, &led];
        values.extend(last);
        client.execute(sql, &values).await?;
        Ok(())
    };
    type Make = fn(usize, usize) -> Result<Row>;
    for (sql, count, make, kind, template) in [
        (
            workstreams,
            rows,
            workstream as Make,
            "workstream",
            templates.workstream,
        ),
        (
            opportunities,
            rows / PER_OPPORTUNITY,
            opportunity,
            "opportunity",
            templates.opportunity,
        ),
    ] {
        let sql = format!("{sql}, {NEW} WHERE old.id = $7");
        for begin in (0..count).step_by(CHUNK) {
            let chunk: Result<Vec<Row>> = (begin..count.min(begin + CHUNK))
                .map(|number| make(number, rows))
                .collect();
            let chunk = chunk?;
            insert(&sql, &chunk, Some(&template)).await?;
            insert(&index, &chunk, Some(&kind)).await?;
        }
    }
    client
        .execute(
            "INSERT INTO opportunity_tags (facet, value, opportunity_id) SELECT facet, value, o.id
             FROM opportunity_tags CROSS JOIN opportunities AS o WHERE opportunity_id = $1 AND o.id <> $1",
            &[&templates.opportunity],
        )
        .await?;
    client.batch_execute("VACUUM ANALYZE").await?;
    Ok(())
}

/// Reads seeded rows through the API: they have to look as those that the service writes.
pub async fn check(address: &str, token: &str, rows: usize) -> Result<()> {
    let mut connection = Connection::open(address).await?;
    for number in [0, rows / 2, rows - 1] {
        let row = workstream(number, rows)?;
        let read = connection
            .read(&format!("/v1/workstreams/{}", row.id), token)
            .await?;
        let expected = [
            ("name", row.name.as_str()),
            ("purpose", &row.purpose),
            ("status", row.status),
            ("organisation", ORGANISATION),
            (
                "createdAt",
                &row.at.to_rfc3339_opts(SecondsFormat::Millis, true),
            ),
        ]
        .map(|(field, text)| (field, text.to_owned()));
        for (field, text) in expected {
            ensure!(
                read[field] == text.as_str(),
                "{field} of row {number} reads {}, not {text}",
                read[field]
            );
        }
    }
    let published = connection.read("/v1/opportunities?limit=50", "").await?;
    let count = published["items"].as_array().map_or(0, Vec::len);
    ensure!(count == 50, "{count} opportunities are published, not 50");
    Ok(())
}

/// The paths of workstreams all over the table, at most so many.
pub fn paths(rows: usize, most: usize) -> Result<Vec<String>> {
    let step = rows.div_ceil(most);
    (0..rows)
        .step_by(step)
        .map(|number| Ok(format!("/v1/workstreams/{}", workstream(number, rows)?.id)))
        .collect()
}
