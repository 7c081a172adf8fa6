//! How a call comes in and a result goes out: the same way for every resource.

mod arrival;
mod body;
mod change;
mod connection;
mod contract;
mod csv;
mod extract;
mod frame;
mod gate;
mod kept;
mod limits;
mod page;
mod problem;
mod query;
mod respond;
mod routes;
mod streamed;

pub use arrival::{LONGEST, Pace, Shared, at_most, late, rest_of, soon};
pub use body::{CSV_LIMIT, Csv, Json, PATIENCE, camel_case, expect_media_type, parse, read_bytes};
pub use change::{Change, Merge};
pub use connection::{Taken, guard};
pub use contract::Contract;
pub use csv::{CSV, CsvFile, CsvRows, neutral, plain};
pub use extract::{AnyId, Code, Context, Id, IfMatch, check_id, digest_of, unless_missing};
pub use frame::{LONGEST_TAGS, accepts, admission, default_service, frame, preferred};
pub use gate::{Gate, Place};
pub use kept::{Answers, Sent};
pub use limits::{Allowance, Limits};
pub use page::{Newest, Page, PageQuery, Paging, Sort, Unfiltered};
pub use problem::{FieldError, Problem, ProblemBody, Type, problem_page, types};
pub use query::{Listing, Parameters, check_query};
pub use respond::{
    Changed, Created, Done, Found, Listed, ListedForAll, PersonalPage, Removed, Shown, Versioned,
};
pub use respond::{PRIVATE, VARY, attachment, known};
pub use routes::{Description, Routes};
pub use streamed::Streamed;
