//! How a call comes in and a result goes out: the same way for every resource.

mod body;
mod change;
mod connection;
mod contract;
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

pub use body::{CSV_LIMIT, Csv, Json, camel_case, read_bytes};
pub use change::{Change, Merge};
pub use connection::guard;
pub use contract::Contract;
pub use extract::{Code, Context, Id, IfMatch, check_id, digest_of};
pub use frame::{LONGEST_TAGS, admission, default_service, frame};
pub use gate::Gate;
pub use kept::{Answers, Sent};
pub use limits::{Allowance, Limits};
pub use page::{Newest, Page, PageQuery, Paging, Sort, Unfiltered};
pub use problem::{FieldError, Problem, ProblemBody, Type, problem_page, types};
pub use query::{Listing, Parameters, check_query};
pub use respond::{Changed, Created, Done, Found, Listed, ListedForAll, Removed, Shown, Versioned};
pub use routes::{Description, Routes};
