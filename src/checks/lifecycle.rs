//! The states of a check, and the steps between them.

use crate::lifecycle::{Lifecycle, Step};
use crate::values::choices;

choices! {
    /// Where a check stands.
    #[schema(as = CheckStatus)]
    pub enum Status {
        /// It was asked for.
        Requested,
        /// A person decided that nothing stands in the way.
        Cleared,
        /// A person decided that something does.
        NotCleared,
        /// It is not needed any more.
        Withdrawn,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "check";
    const FIRST: Self = Self::Requested;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "clear",
            from: &[Self::Requested],
            to: Self::Cleared,
            needs: "a person who decides, and not about themself; the day on which it was issued",
        },
        Step {
            verb: "not-clear",
            from: &[Self::Requested],
            to: Self::NotCleared,
            needs: "a person who decides, and not about themself",
        },
        Step {
            verb: "withdraw",
            from: &[Self::Requested],
            to: Self::Withdrawn,
            needs: "not one of one's own",
        },
    ];
}
