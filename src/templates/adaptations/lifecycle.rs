//! The lifecycle of an adaptation.

use crate::lifecycle::{Lifecycle, Step};
use crate::values::choices;

choices! {
    /// Where an adaptation stands.
    #[schema(as = AdaptationStatus)]
    pub enum Status {
        /// Being written.
        Draft,
        /// Waits for a second person's approval.
        InReview,
        /// To be used.
        Approved,
        /// Not to be used any more.
        Retired,
    }
}

use Status::{Approved, Draft, InReview, Retired};

impl Lifecycle for Status {
    const OF: &'static str = "adaptation";
    const FIRST: Self = Draft;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "submit-for-review",
            from: &[Draft],
            to: InReview,
            needs: "",
        },
        Step {
            verb: "approve",
            from: &[InReview],
            to: Approved,
            needs: "a person who wrote none of it; every required field is filled in",
        },
        Step {
            verb: "return-to-draft",
            from: &[InReview, Approved],
            to: Draft,
            needs: "",
        },
        Step {
            verb: "update",
            from: &[Draft, InReview, Approved],
            to: Draft,
            needs: "a newer version of the template; what the workstream wrote stays, the rest is the template's",
        },
        Step::stays(
            "make-opportunity",
            &[Approved],
            "a template for role descriptions, and an active workstream",
        ),
        Step {
            verb: "retire",
            from: &[Draft, InReview, Approved],
            to: Retired,
            needs: "",
        },
    ];
}
