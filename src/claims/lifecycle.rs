//! The states of a claim, and the steps between them.

use crate::lifecycle::{Lifecycle, Step};
use crate::values::choices;

choices! {
    /// Where a claim stands.
    #[schema(as = ClaimStatus)]
    pub enum Status {
        /// It is being written.
        Draft,
        /// It has been sent, and waits for somebody who knows that the partner was there.
        Submitted,
        /// There is a question for the partner.
        Queried,
        /// The partner was there; it waits for the budget holder.
        Confirmed,
        /// It will be paid.
        Authorised,
        /// Finance has it.
        Exported,
        /// The money was sent.
        Paid,
        /// It will not be paid; the partner knows why, and whom to ask.
        Rejected,
        /// The partner took it back.
        Withdrawn,
    }
}

impl Status {
    /// Whether finance has it: its amounts stay as they are.
    pub const fn is_exported(self) -> bool {
        matches!(self, Self::Exported | Self::Paid)
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "claim";
    const FIRST: Self = Self::Draft;
    const STEPS: &'static [Step<Self>] = &[
        Step::stays("change", &[Self::Draft], ""),
        Step::stays("change", &[Self::Queried], ""),
        Step::stays("add-receipt", &[Self::Draft], ""),
        Step::stays("add-receipt", &[Self::Submitted], ""),
        Step::stays("add-receipt", &[Self::Queried], ""),
        Step {
            verb: "submit",
            from: &[Self::Draft, Self::Queried],
            to: Self::Submitted,
            needs: "the declarations; a rate for each line that has one; a choice about payment",
        },
        Step::stays(
            "override",
            &[Self::Submitted],
            "staff other than the claimant; a reason",
        ),
        Step {
            verb: "query",
            from: &[Self::Submitted, Self::Confirmed, Self::Authorised],
            to: Self::Queried,
            needs: "a question; somebody else than the claimant",
        },
        Step {
            verb: "confirm",
            from: &[Self::Submitted],
            to: Self::Confirmed,
            needs: "the convenor, who is not the claimant; receipts and prior approvals, or a reason without; \
                    amounts that are still what was sent",
        },
        Step {
            verb: "authorise",
            from: &[Self::Confirmed],
            to: Self::Authorised,
            needs: "a finance approver, who neither claimed nor confirmed it; amounts that are still what was sent",
        },
        Step {
            verb: "export",
            from: &[Self::Authorised],
            to: Self::Exported,
            needs: "an export of everything that is authorised",
        },
        Step {
            verb: "pay",
            from: &[Self::Exported],
            to: Self::Paid,
            needs: "the export marked as paid",
        },
        Step {
            verb: "reject",
            from: &[
                Self::Submitted,
                Self::Queried,
                Self::Confirmed,
                Self::Authorised,
            ],
            to: Self::Rejected,
            needs: "a reason, and whom to ask about it; somebody else than the claimant",
        },
        Step {
            verb: "withdraw",
            from: &[Self::Draft, Self::Submitted, Self::Queried],
            to: Self::Withdrawn,
            needs: "the partner, or staff for them",
        },
    ];
    const WITH_OTHERS: &'static [&'static str] = &["export", "pay"];
}
