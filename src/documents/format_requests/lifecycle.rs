//! The lifecycle of a request for a format.

use crate::lifecycle::{Lifecycle, Step};
use crate::values::choices;

choices! {
    /// Where a request for a format stands.
    #[schema(as = FormatRequestStatus)]
    pub enum Status {
        /// Made, and nobody has seen to it.
        Requested,
        /// Somebody sees to it.
        InProgress,
        /// There is a version in this format and language.
        Fulfilled,
        /// It will not be made, for a reason.
        Declined,
        /// Who asked has been told, and how to reach them is forgotten.
        Closed,
    }
}

use Status::{Closed, Declined, Fulfilled, InProgress, Requested};

impl Lifecycle for Status {
    const OF: &'static str = "format request";
    const FIRST: Self = Requested;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "start",
            from: &[Requested],
            to: InProgress,
            needs: "",
        },
        Step {
            verb: "fulfil",
            from: &[Requested, InProgress],
            to: Fulfilled,
            needs: "by itself, when a version in this format and language is published",
        },
        Step {
            verb: "decline",
            from: &[Requested, InProgress],
            to: Declined,
            needs: "a reason, which the one who asked is told",
        },
        Step {
            verb: "close",
            from: &[Fulfilled, Declined],
            to: Closed,
            needs: "that who asked was told, if they said how to reach them; a partner is told by message",
        },
    ];
    const WITH_OTHERS: &'static [&'static str] = &["fulfil"];
}
