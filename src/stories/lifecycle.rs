//! The states of a story, and the steps between them.

use crate::lifecycle::{Lifecycle, Step};
use crate::values::choices;

choices! {
    /// Where a story stands.
    #[schema(as = StoryStatus)]
    pub enum Status {
        /// Somebody wants to tell it.
        Offered,
        /// It is written down or recorded, and goes nowhere.
        Captured,
        /// The teller looks at the latest version.
        TellerReview,
        /// The teller has approved this very version.
        ApprovedByTeller,
        /// It is to be presented to the Board.
        Scheduled,
        /// It was presented.
        Presented,
        /// Everyone can read it.
        Published,
        /// No consent stands any more.
        Expired,
        /// The teller has taken it back.
        Withdrawn,
        /// The teller does not want to tell it after all.
        Declined,
    }
}

const TELLER: &str = "the teller, or staff in their name";

impl Lifecycle for Status {
    const OF: &'static str = "story";
    const FIRST: Self = Self::Offered;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "capture",
            from: &[
                Self::Offered,
                Self::Captured,
                Self::TellerReview,
                Self::ApprovedByTeller,
            ],
            to: Self::Captured,
            needs: "a version, which needs an approval of its own",
        },
        Step {
            verb: "send-for-review",
            from: &[Self::Captured],
            to: Self::TellerReview,
            needs: "somebody who has seen to it that third parties cannot be known",
        },
        Step {
            verb: "ask-for-changes",
            from: &[Self::TellerReview],
            to: Self::Captured,
            needs: "the teller",
        },
        Step {
            verb: "approve",
            from: &[Self::TellerReview],
            to: Self::ApprovedByTeller,
            needs: "the teller themself; the version that is under review",
        },
        Step {
            verb: "record-approval",
            from: &[Self::TellerReview],
            to: Self::ApprovedByTeller,
            needs: "a teller without an account, or who is represented; a witness; the version that is under review",
        },
        Step {
            verb: "schedule",
            from: &[Self::ApprovedByTeller],
            to: Self::Scheduled,
            needs: "consent to that audience, for the approved version, that stands on the day",
        },
        Step {
            verb: "unschedule",
            from: &[Self::Scheduled],
            to: Self::ApprovedByTeller,
            needs: "",
        },
        Step {
            verb: "present",
            from: &[Self::Scheduled],
            to: Self::Presented,
            needs: "consent that stands on the day; a debrief within 48 hours and a report back are owed from then on",
        },
        Step {
            verb: "publish",
            from: &[Self::ApprovedByTeller, Self::Presented],
            to: Self::Published,
            needs: "consent to the website that stands today; words that tell of nobody else",
        },
        Step {
            verb: "take-down",
            from: &[Self::Published],
            to: Self::ApprovedByTeller,
            needs: "",
        },
        Step {
            verb: "expire",
            from: &[Self::Scheduled, Self::Presented, Self::Published],
            to: Self::Expired,
            needs: "no consent that stands",
        },
        Step {
            verb: "renew",
            from: &[Self::Expired],
            to: Self::ApprovedByTeller,
            needs: "consent to the approved version",
        },
        Step::stays(
            "debrief",
            &[Self::ApprovedByTeller],
            "a story that was presented",
        ),
        Step::stays("debrief", &[Self::Presented], ""),
        Step::stays("debrief", &[Self::Published], ""),
        Step::stays("debrief", &[Self::Expired], "a story that was presented"),
        Step::stays(
            "report-back",
            &[Self::ApprovedByTeller],
            "a story that was presented",
        ),
        Step::stays("report-back", &[Self::Presented], ""),
        Step::stays("report-back", &[Self::Published], ""),
        Step::stays(
            "report-back",
            &[Self::Expired],
            "a story that was presented",
        ),
        Step {
            verb: "withdraw",
            from: &[
                Self::Captured,
                Self::TellerReview,
                Self::ApprovedByTeller,
                Self::Scheduled,
                Self::Presented,
                Self::Published,
                Self::Expired,
            ],
            to: Self::Withdrawn,
            needs: TELLER,
        },
        Step {
            verb: "decline",
            from: &[
                Self::Offered,
                Self::Captured,
                Self::TellerReview,
                Self::ApprovedByTeller,
                Self::Scheduled,
            ],
            to: Self::Declined,
            needs: TELLER,
        },
    ];
    // They come with a version, with a consent, and with the day after the last consent.
    const WITH_OTHERS: &'static [&'static str] = &["capture", "expire", "renew"];
}

impl Status {
    /// Those after which nobody but the teller reads it.
    pub const OVER: [Self; 2] = [Self::Withdrawn, Self::Declined];
    /// Those in which the teller has approved a version that may be used for what they consent to.
    pub const USABLE: [Self; 4] = [
        Self::ApprovedByTeller,
        Self::Scheduled,
        Self::Presented,
        Self::Published,
    ];

    /// Whether nobody but the teller reads it.
    pub fn is_over(self) -> bool {
        Self::OVER.contains(&self)
    }
}
