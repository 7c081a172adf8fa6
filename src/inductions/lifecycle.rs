//! The states of an induction and of its items, and the steps between them.

use crate::lifecycle::{Lifecycle, Step};
use crate::values::choices;

choices! {
    /// Where an induction stands.
    #[schema(as = InductionStatus)]
    pub enum Status {
        /// Something is still to do.
        UnderWay,
        /// Every item is done, or does not apply.
        Complete,
        /// The appointment ended before.
        Stopped,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "induction";
    const FIRST: Self = Self::UnderWay;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "complete",
            from: &[Self::UnderWay],
            to: Self::Complete,
            needs: "the last item done or not applicable",
        },
        Step {
            verb: "go-on",
            from: &[Self::Complete],
            to: Self::UnderWay,
            needs: "an item to do again",
        },
        Step {
            verb: "stop",
            from: &[Self::UnderWay],
            to: Self::Stopped,
            needs: "the end of the appointment",
        },
    ];
    // What is done with the items, and with the appointment, decides.
    const WITH_OTHERS: &'static [&'static str] = &["complete", "go-on", "stop"];
}

choices! {
    /// Where an item of an induction stands.
    #[schema(as = InductionItemStatus)]
    pub enum ItemStatus {
        /// It is still to do.
        ToDo,
        /// It has been done.
        Done,
        /// It does not apply to this partner in this role.
        NotApplicable,
    }
}

impl Lifecycle for ItemStatus {
    const OF: &'static str = "item of an induction";
    const FIRST: Self = Self::ToDo;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "complete-item",
            from: &[Self::ToDo],
            to: Self::Done,
            needs: "an agreement in force, where the item stands for one; what the item is about is on record",
        },
        Step {
            verb: "mark-item-not-applicable",
            from: &[Self::ToDo],
            to: Self::NotApplicable,
            needs: "a reason; never an agreement; an officer, if the item is mandatory",
        },
        Step {
            verb: "reopen-item",
            from: &[Self::Done, Self::NotApplicable],
            to: Self::ToDo,
            needs: "a role that is not active yet, if the item is mandatory",
        },
    ];
}
