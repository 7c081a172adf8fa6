//! The lifecycle of a version.

use crate::lifecycle::{Lifecycle, Step};
use crate::values::choices;

choices! {
    /// Where a version is between a draft and its end.
    #[schema(as = DocumentVersionStatus)]
    pub enum Status {
        /// Uploaded, and shown to colleagues.
        Draft,
        /// People have been asked what they think of it.
        Consulted,
        /// A second person has approved it.
        Approved,
        /// The current one.
        Published,
        /// A newer one has taken its place.
        Superseded,
        /// Not to be read any more.
        Withdrawn,
    }
}

use Status::{Approved, Consulted, Draft, Published, Superseded, Withdrawn};

impl Lifecycle for Status {
    const OF: &'static str = "document version";
    const FIRST: Self = Draft;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "consult",
            from: &[Draft],
            to: Consulted,
            needs: "who was asked, and what came of it",
        },
        Step {
            verb: "approve",
            from: &[Consulted],
            to: Approved,
            needs: "a person who did not upload it",
        },
        Step {
            verb: "publish",
            from: &[Approved],
            to: Published,
            needs: "no newer version in the same format and language that is published; the one before is superseded, \
                    and requests for this format are fulfilled",
        },
        Step {
            verb: "supersede",
            from: &[Published],
            to: Superseded,
            needs: "by itself, when a newer version is published",
        },
        Step {
            verb: "withdraw",
            from: &[Draft, Consulted, Approved, Published, Superseded],
            to: Withdrawn,
            needs: "a reason; who was given the version can still read it",
        },
    ];
    const WITH_OTHERS: &'static [&'static str] = &["supersede"];
}
