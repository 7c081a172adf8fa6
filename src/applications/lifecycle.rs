//! The states of an application, the steps between them, and what each means to the applicant.

use crate::lifecycle::{Lifecycle, Step};
use crate::values::choices;

choices! {
    /// What came of an application.
    pub enum Outcome {
        /// A place: offered, accepted or taken up.
        Place,
        /// The reserve list.
        Reserve,
        /// No place.
        NoPlace,
        /// A place that the applicant declined.
        Declined,
        /// The applicant withdrew.
        Withdrawn,
    }
}

choices! {
    /// Where an application stands.
    #[schema(as = ApplicationStatus)]
    pub enum Status {
        /// Saved by the applicant, not sent yet.
        Started,
        /// Sent; the panel has not looked at it yet.
        Submitted,
        /// The panel wants to have an informal chat.
        Shortlisted,
        /// The panel will not take it further.
        NotShortlisted,
        /// The informal chat has a time.
        ChatArranged,
        /// The informal chat has taken place.
        ChatHeld,
        /// A place is offered.
        Offered,
        /// The applicant has accepted the place.
        Accepted,
        /// The applicant has declined the place.
        Declined,
        /// No place now; one may be offered when another applicant declines.
        Reserve,
        /// No place after the chat.
        Unsuccessful,
        /// The applicant is an appointed partner.
        Appointed,
        /// The applicant has withdrawn.
        Withdrawn,
        /// The opportunity was withdrawn before the applicant had an appointment.
        RoundClosed,
    }
}

use Status::{
    Accepted, Appointed, ChatArranged, ChatHeld, Declined, NotShortlisted, Offered, Reserve,
    RoundClosed, Shortlisted, Started, Submitted, Unsuccessful, Withdrawn,
};

/// The step that the withdrawal of an opportunity takes with each open application.
pub const CLOSE_ROUND: &str = "close-round";

const FEEDBACK: &str = "text, or that none was wanted";

impl Lifecycle for Status {
    const OF: &'static str = "application";
    const FIRST: Self = Started;
    const WITH_OTHERS: &'static [&'static str] = &[CLOSE_ROUND];
    const STEPS: &'static [Step<Self>] = &[
        Step::stays("change", &[Started], "the applicant's own"),
        Step {
            verb: "submit",
            from: &[Started],
            to: Submitted,
            needs: "the opportunity takes applications",
        },
        Step {
            verb: "shortlist",
            from: &[Submitted],
            to: Shortlisted,
            needs: "panel",
        },
        Step {
            verb: "not-shortlist",
            from: &[Submitted],
            to: NotShortlisted,
            needs: "panel",
        },
        Step {
            verb: "arrange-chat",
            from: &[Shortlisted, ChatArranged],
            to: ChatArranged,
            needs: "panel; a time to come, at least one person of the panel, access arrangements where the applicant \
                    has recorded needs",
        },
        Step::stays("send-questions", &[ChatArranged], "panel; before the chat"),
        Step {
            verb: "hold-chat",
            from: &[ChatArranged],
            to: ChatHeld,
            needs: "panel; records that the chat took place, at the arranged time or earlier by agreement",
        },
        Step {
            verb: "offer",
            from: &[ChatHeld, Reserve],
            to: Offered,
            needs: "panel; a place that is not promised",
        },
        Step {
            verb: "reserve",
            from: &[ChatHeld],
            to: Reserve,
            needs: "panel",
        },
        Step {
            verb: "not-select",
            from: &[ChatHeld, Reserve],
            to: Unsuccessful,
            needs: "panel",
        },
        Step {
            verb: "accept",
            from: &[Offered],
            to: Accepted,
            needs: "a place that is not taken",
        },
        Step {
            verb: "decline",
            from: &[Offered],
            to: Declined,
            needs: "",
        },
        Step {
            verb: "appoint",
            from: &[Accepted],
            to: Appointed,
            needs: "a new appointment; the opportunity is not withdrawn or archived",
        },
        Step {
            verb: "withdraw",
            from: &[
                Started,
                Submitted,
                Shortlisted,
                ChatArranged,
                ChatHeld,
                Reserve,
                Offered,
                Accepted,
            ],
            to: Withdrawn,
            needs: "the applicant's wish",
        },
        Step {
            verb: CLOSE_ROUND,
            from: &[
                Submitted,
                Shortlisted,
                ChatArranged,
                ChatHeld,
                Reserve,
                Offered,
                Accepted,
            ],
            to: RoundClosed,
            needs: "comes with the withdrawal of the opportunity",
        },
        Step::stays("give-feedback", &[NotShortlisted], FEEDBACK),
        Step::stays("give-feedback", &[Unsuccessful], FEEDBACK),
        Step::stays("give-feedback", &[Reserve], FEEDBACK),
        Step::stays("give-feedback", &[Offered], FEEDBACK),
        Step::stays("give-feedback", &[Accepted], FEEDBACK),
        Step::stays("give-feedback", &[Declined], FEEDBACK),
        Step::stays("give-feedback", &[Appointed], FEEDBACK),
        Step::stays("give-feedback", &[Withdrawn], FEEDBACK),
        Step::stays("give-feedback", &[RoundClosed], FEEDBACK),
    ];
}

impl Status {
    /// States of applications that were sent and still need a step: by the panel, or the applicant's
    /// answer to an offer.
    pub const WAITING: &'static [Self] = &[Submitted, Shortlisted, ChatArranged, ChatHeld, Offered];
    /// States that hold a place: an applicant has been promised it, and may accept or has accepted.
    pub const PROMISED: &'static [Self] = &[Offered, Accepted, Appointed];
    /// States in which a place is taken.
    pub const TAKEN: &'static [Self] = &[Accepted, Appointed];

    /// What came of the application; nothing yet in a state before.
    pub fn outcome(self) -> Option<Outcome> {
        match self {
            Started | Submitted | Shortlisted | ChatArranged | ChatHeld => None,
            Offered | Accepted | Appointed => Some(Outcome::Place),
            Reserve => Some(Outcome::Reserve),
            NotShortlisted | Unsuccessful | RoundClosed => Some(Outcome::NoPlace),
            Declined => Some(Outcome::Declined),
            Withdrawn => Some(Outcome::Withdrawn),
        }
    }

    /// What the state means, in words for the applicant.
    pub fn meaning(self) -> &'static str {
        match self {
            Started => "You have started this application. It has not been sent yet.",
            Submitted => "We have your application. The panel will read it and let you know.",
            Shortlisted => {
                "The panel would like to have an informal chat with you, and will suggest a time."
            }
            NotShortlisted => "The panel is not taking your application further this time.",
            ChatArranged => {
                "An informal chat is arranged. The time and who you will meet are below."
            }
            ChatHeld => {
                "You have had your informal chat. The panel will let you know what it decides."
            }
            Offered => "You are offered a place. Please accept or decline it.",
            Accepted => "You have accepted the place. The team will be in touch about your start.",
            Declined => "You have declined the place.",
            Reserve => "You are on the reserve list. We will ask you if a place becomes free.",
            Unsuccessful => "You were not offered a place this time.",
            Appointed => "You have been appointed.",
            Withdrawn => "You have withdrawn your application.",
            RoundClosed => {
                "The opportunity was withdrawn, so there is no place any more. The opportunity says why."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_state_can_be_reached() {
        let mut reached = BTreeSet::from([Status::FIRST]);
        while let Some(step) = Status::STEPS.iter().find(|step| {
            !reached.contains(&step.to) && step.from.iter().any(|from| reached.contains(from))
        }) {
            reached.insert(step.to);
        }
        assert_eq!(reached.len(), Status::ALL.len());
    }

    #[test]
    fn each_step_has_one_end() {
        for status in Status::ALL {
            for verb in status.allowed() {
                let ends = Status::STEPS
                    .iter()
                    .filter(|step| step.verb == verb && step.from.contains(status));
                assert_eq!(ends.count(), 1, "{status} {verb}");
            }
        }
    }

    #[test]
    fn who_waits_for_nothing_can_be_given_feedback() {
        for status in Status::ALL.iter().filter(|status| **status != Started) {
            assert!(
                Status::WAITING.contains(status)
                    || status.after("give-feedback").ok() == Some(*status),
                "{status}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_walk_leaves_the_table(verbs in prop::collection::vec(0..Status::STEPS.len(), 1..60)) {
            let mut status = Status::FIRST;
            let mut chatted = false;
            for verb in verbs.into_iter().map(|index| Status::STEPS[index].verb) {
                match status.after(verb) {
                    Ok(next) => {
                        prop_assert!(verb == CLOSE_ROUND || status.allowed().contains(&verb));
                        chatted |= verb == "hold-chat";
                        status = next;
                    }
                    Err(problem) => {
                        prop_assert!(!status.allowed().contains(&verb));
                        prop_assert_eq!(problem.kind().status, 409);
                    }
                }
                // Nobody is offered a place without a chat, and nobody withdraws from an appointment.
                prop_assert!(chatted || !Status::PROMISED.contains(&status));
                prop_assert!(status != Appointed || status.allowed() == ["give-feedback"]);
            }
        }
    }
}
