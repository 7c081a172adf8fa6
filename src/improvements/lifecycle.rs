//! What is decided, and the two lifecycles of an improvement: the work, and what the public is told.

use crate::lifecycle::{Lifecycle, Step};
use crate::values::choices;

choices! {
    /// What is decided about what people said.
    #[schema(as = ImprovementDecision)]
    pub enum Decision {
        /// It will be done.
        WillDo,
        /// A part of it will be done.
        WillPartly,
        /// It will not be done.
        WillNot,
        /// It is done already.
        Already,
        /// It is being looked into.
        Investigating,
    }
}

impl Decision {
    /// Whether people are owed a reason, since they do not get all that they asked for.
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::WillPartly | Self::WillNot)
    }
}

choices! {
    /// How far the work is.
    #[schema(as = ImprovementStatus)]
    pub enum Status {
        /// Somebody proposes it.
        Proposed,
        /// It is agreed, and has an owner.
        Accepted,
        /// Somebody is at it.
        InProgress,
        /// It is done.
        Done,
        /// It was looked at what came of it.
        ImpactReviewed,
        /// It is not adopted, with a reason.
        NotAdopted,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "improvement";
    const FIRST: Self = Self::Proposed;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "accept",
            from: &[Self::Proposed],
            to: Self::Accepted,
            needs: "a decision other than willNot",
        },
        Step {
            verb: "start",
            from: &[Self::Accepted],
            to: Self::InProgress,
            needs: "",
        },
        Step {
            verb: "finish",
            from: &[Self::Accepted, Self::InProgress],
            to: Self::Done,
            needs: "what was done",
        },
        Step {
            verb: "review-impact",
            from: &[Self::Done],
            to: Self::ImpactReviewed,
            needs: "what was seen to come of it",
        },
        Step {
            verb: "decline",
            from: &[Self::Proposed, Self::Accepted, Self::InProgress],
            to: Self::NotAdopted,
            needs: "a reason in plain words",
        },
    ];
}

choices! {
    /// What the public is told of an improvement.
    pub enum Publication {
        /// Nothing.
        Unpublished,
        /// Nothing yet: a second person found that it tells of nobody.
        Checked,
        /// All of it.
        Published,
    }
}

impl Lifecycle for Publication {
    const OF: &'static str = "publication of an improvement";
    const FIRST: Self = Self::Unpublished;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "check",
            from: &[Self::Unpublished],
            to: Self::Checked,
            needs: "somebody who wrote nothing of it; a quote that tells of nobody",
        },
        Step {
            verb: "publish",
            from: &[Self::Checked],
            to: Self::Published,
            needs: "at least one insight that was not withdrawn; a reason where the answer is no",
        },
        Step {
            verb: "take-down",
            from: &[Self::Checked, Self::Published],
            to: Self::Unpublished,
            needs: "",
        },
        Step {
            verb: "change its words",
            from: &[Self::Checked, Self::Published],
            to: Self::Unpublished,
            needs: "comes with a change: what was not checked is not told",
        },
    ];
    const WITH_OTHERS: &'static [&'static str] = &["change its words"];
}
