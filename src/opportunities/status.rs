//! The lifecycle of an opportunity.

use crate::lifecycle::{Lifecycle, Step};
use crate::values::choices;

choices! {
    /// Where an opportunity is between a draft and its end.
    #[schema(as = OpportunityStatus)]
    pub enum Status {
        /// Being written.
        Draft,
        /// Waits for a second person's approval.
        InReview,
        /// Approved, not published yet.
        Approved,
        /// Open to everyone from its opening to its closing time.
        Published,
        /// Taken down for a while.
        Paused,
        /// No more applications.
        Closed,
        /// Applications are being looked at.
        Shortlisting,
        /// Partners were found.
        Filled,
        /// Nobody was found.
        Unfilled,
        /// Over, and kept for the record.
        Archived,
        /// Taken back, with a public reason.
        Withdrawn,
    }
}

use Status::{
    Approved, Archived, Closed, Draft, Filled, InReview, Paused, Published, Shortlisting, Unfilled,
    Withdrawn,
};

impl Lifecycle for Status {
    const OF: &'static str = "opportunity";
    const FIRST: Self = Draft;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "submit-for-review",
            from: &[Draft],
            to: InReview,
            needs: "",
        },
        Step {
            verb: "return-to-draft",
            from: &[InReview, Approved, Published, Paused],
            to: Draft,
            needs: "before the closing time; new terms are approved and published like the first ones",
        },
        Step {
            verb: "approve",
            from: &[InReview],
            to: Approved,
            needs: "a person who wrote none of what was changed since the last publication; influence statement, \
                    access support statement, named contact, contact, payment terms, budget code if paid, a \
                    summary of at most 150 words",
        },
        Step {
            verb: "publish",
            from: &[Approved],
            to: Published,
            needs: "what approval needs, the person included; a closing time in the future and after the opening",
        },
        Step {
            verb: "pause",
            from: &[Published],
            to: Paused,
            needs: "",
        },
        Step {
            verb: "resume",
            from: &[Paused],
            to: Published,
            needs: "",
        },
        Step {
            verb: "extend",
            from: &[Published],
            to: Published,
            needs: "a later closing time, before the present one",
        },
        Step {
            verb: "extend",
            from: &[Paused],
            to: Paused,
            needs: "a later closing time, before the present one",
        },
        Step {
            verb: "close",
            from: &[Published, Paused],
            to: Closed,
            needs: "by itself at the closing time",
        },
        Step {
            verb: "start-shortlisting",
            from: &[Closed],
            to: Shortlisting,
            needs: "",
        },
        Step {
            verb: "fill",
            from: &[Shortlisting],
            to: Filled,
            needs: "a place that is taken; every applicant has an outcome and was offered feedback",
        },
        Step {
            verb: "leave-unfilled",
            from: &[Shortlisting],
            to: Unfilled,
            needs: "no place that is taken; every applicant has an outcome and was offered feedback",
        },
        Step {
            verb: "archive",
            from: &[Filled, Unfilled],
            to: Archived,
            needs: "every applicant has an outcome and was offered feedback, and who accepted is appointed",
        },
        Step {
            verb: "withdraw",
            from: &[
                Draft,
                InReview,
                Approved,
                Published,
                Paused,
                Closed,
                Shortlisting,
            ],
            to: Withdrawn,
            needs: "a reason, which is public; every open application is closed and its applicant told",
        },
    ];
}
