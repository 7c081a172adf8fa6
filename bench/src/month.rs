//! A national month of the Friends and Family Test: responses over the real wards of England, made up and always the same.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;

use crate::database::{Database, connect};

/// The columns of a file of responses.
const HEADER: &str = "responded_on,setting,organisation_code,site_code,ward_name,score,mode";

/// What is made.
#[derive(Args)]
pub struct Arguments {
    /// Responses
    #[arg(long, default_value_t = 2_000_000)]
    pub rows: u64,
    /// Where it is written
    #[arg(long)]
    pub to: PathBuf,
    /// A database of the service that has the organisations of England
    #[arg(long)]
    pub database: PathBuf,
}

/// Writes a month.
pub async fn run(arguments: Arguments) -> Result<()> {
    let wards = wards(&Database::Sqlite(arguments.database)).await?;
    write(&arguments.to, &wards, arguments.rows)
}

/// A ward, as a row of a file names it.
pub struct Ward {
    /// The trust, the site and the name.
    pub named: [String; 3],
}

/// Every ward, from a database that has the organisations of England.
pub async fn wards(database: &Database) -> Result<Vec<Ward>> {
    const ASK: &str = "SELECT parent, organisation, organisation_units.name FROM organisation_units
        JOIN organisation_parents ON child = organisation AND child_kind = 'site' ORDER BY 1, 2, 3";
    let named = match database {
        Database::Sqlite(_) => {
            let connection = database.sqlite()?;
            let mut statement = connection.prepare(ASK)?;
            let rows =
                statement.query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))?;
            rows.collect::<Result<Vec<[String; 3]>, _>>()?
        }
        Database::Postgres { .. } => {
            let rows = connect(&database.url()).await?.query(ASK, &[]).await?;
            let rows = rows
                .iter()
                .map(|row| [0, 1, 2].map(|at| row.get::<_, String>(at)));
            rows.collect()
        }
    };
    Ok(named.into_iter().map(|named| Ward { named }).collect())
}

/// Numbers that look random and are always the same (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// One of these, by its weight.
    fn one<T: Copy>(&mut self, of: &[(T, u64)]) -> T {
        let all: u64 = of.iter().map(|(_, weight)| weight).sum();
        let mut left = self.next() % all;
        for (one, weight) in of {
            match left.checked_sub(*weight) {
                Some(less) => left = less,
                None => return *one,
            }
        }
        of[0].0
    }
}

/// Answers and modes in about the shares in which they are given.
const SCORES: [(u8, u64); 6] = [(1, 66), (2, 21), (3, 5), (4, 3), (5, 3), (6, 2)];
const MODES: [(&str, u64); 8] = [
    ("sms", 48),
    ("electronic_discharge", 10),
    ("electronic_home", 6),
    ("paper_discharge", 14),
    ("paper_home", 5),
    ("telephone", 7),
    ("online", 8),
    ("other", 2),
];

/// Writes so many responses of inpatients in a month. Some wards have few, as in life.
pub fn write(file: &Path, wards: &[Ward], rows: u64) -> Result<()> {
    let mut file = BufWriter::new(File::create(file)?);
    writeln!(file, "{HEADER}")?;
    let mut numbers = Numbers(20_261_001);
    for _ in 0..rows {
        // The product of two shares favours the wards at the beginning.
        let (a, b) = (numbers.next() >> 32, numbers.next() >> 32);
        let share = (a * b) >> 32;
        let at = (share * wards.len() as u64) >> 32;
        let [trust, site, ward] = &wards[usize::try_from(at)?].named;
        let ward = match ward.contains([',', '"']) {
            true => format!("\"{}\"", ward.replace('"', "\"\"")),
            false => ward.clone(),
        };
        let day = numbers.next() % 31 + 1;
        let (score, mode) = (numbers.one(&SCORES), numbers.one(&MODES));
        writeln!(
            file,
            "2026-10-{day:02},inpatient,{trust},{site},{ward},{score},{mode}"
        )?;
    }
    file.flush()?;
    Ok(())
}

/// Puts the same rows into a plain table, in the fastest way of each database; answers how many there are.
pub async fn load(database: &Database, file: &Path) -> Result<u64> {
    const TABLE: &str = "CREATE TABLE bulk (responded_on TEXT, setting TEXT, organisation TEXT, site TEXT, ward TEXT, score INTEGER, mode TEXT)";
    match database {
        Database::Sqlite(_) => sqlite(database, file, TABLE),
        Database::Postgres { .. } => postgres(database, file, TABLE).await,
    }
}

fn sqlite(database: &Database, file: &Path, table: &str) -> Result<u64> {
    let mut connection = database.sqlite()?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(table)?;
    let mut rows = 0;
    {
        let mut insert = transaction.prepare("INSERT INTO bulk VALUES (?, ?, ?, ?, ?, ?, ?)")?;
        let mut reader = csv::Reader::from_path(file)?;
        let mut row = csv::StringRecord::new();
        while reader.read_record(&mut row)? {
            let score: u8 = row[5].parse()?;
            insert.execute(rusqlite::params![
                &row[0], &row[1], &row[2], &row[3], &row[4], score, &row[6]
            ])?;
            rows += 1;
        }
    }
    transaction.execute_batch("DROP TABLE bulk")?;
    transaction.commit()?;
    Ok(rows)
}

async fn postgres(database: &Database, file: &Path, table: &str) -> Result<u64> {
    use std::io::Read as _;

    use futures_util::SinkExt as _;
    let client = connect(&database.url()).await?;
    client.batch_execute(table).await?;
    let sink = client
        .copy_in("COPY bulk FROM STDIN (FORMAT csv, HEADER true)")
        .await?;
    let mut sink = Box::pin(sink);
    let mut file = File::open(file)?;
    let mut piece = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        sink.send(hyper::body::Bytes::copy_from_slice(&piece[..read]))
            .await?;
    }
    let rows = sink.as_mut().finish().await?;
    client.batch_execute("DROP TABLE bulk").await?;
    Ok(rows)
}
