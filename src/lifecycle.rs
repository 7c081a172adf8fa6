//! Lifecycles as tables: from, verb, to, and what the step needs. The table drives the check, the
//! problem, the pictures in `docs/lifecycles.md` and a test that walks it at random.

use std::fmt::Display;

use crate::http::{Problem, types};

/// One step of a lifecycle.
#[derive(Clone, Copy, Debug)]
pub struct Step<S: 'static> {
    /// The verb of the route.
    pub verb: &'static str,
    /// The states from which it can be taken.
    pub from: &'static [S],
    /// The state to which it leads.
    pub to: S,
    /// What has to hold, in plain words, for the pictures.
    pub needs: &'static str,
}

impl<S: Copy> Step<S> {
    /// A step that changes the record but not its state, which is the only one of `at`.
    pub const fn stays(verb: &'static str, at: &'static [S; 1], needs: &'static str) -> Self {
        Self {
            verb,
            from: at,
            to: at[0],
            needs,
        }
    }
}

/// The states of a record.
pub trait Lifecycle: Copy + PartialEq + Display + 'static {
    /// What goes through the states.
    const OF: &'static str;
    /// The state in which a record begins.
    const FIRST: Self;
    /// Every step there is.
    const STEPS: &'static [Step<Self>];
    /// The verbs of steps that come with a change of another record, and that nobody takes by themselves.
    const WITH_OTHERS: &'static [&'static str] = &[];

    /// The state after a step, or the problem that it cannot be taken from here.
    fn after(self, verb: &str) -> Result<Self, Problem> {
        let step = Self::STEPS
            .iter()
            .find(|step| step.verb == verb && step.from.contains(&self));
        step.map(|step| step.to).ok_or_else(|| {
            let allowed = self.allowed();
            let detail = format!(
                "The {} is {self} and cannot take the step `{verb}`",
                Self::OF
            );
            Problem::new(&types::TRANSITION_NOT_ALLOWED, detail)
                .with("state", self.to_string())
                .with("allowed", allowed)
        })
    }

    /// The verbs that can be taken from this state.
    fn allowed(self) -> Vec<&'static str> {
        let mut verbs: Vec<_> = Self::STEPS
            .iter()
            .filter(|step| step.from.contains(&self))
            .map(|step| step.verb)
            .filter(|verb| !Self::WITH_OTHERS.contains(verb))
            .collect();
        verbs.sort_unstable();
        verbs.dedup();
        verbs
    }

    /// The lifecycle as a Mermaid state diagram, with a table of its steps.
    fn picture() -> String {
        let mut text = format!(
            "## {}\n\n```mermaid\nstateDiagram-v2\n    [*] --> {}\n",
            Self::OF,
            Self::FIRST
        );
        for step in Self::STEPS {
            for from in step.from {
                text.push_str(&format!("    {from} --> {}: {}\n", step.to, step.verb));
            }
        }
        text.push_str("```\n\n| step | from | to | needs |\n|---|---|---|---|\n");
        for step in Self::STEPS {
            let from: Vec<_> = step.from.iter().map(ToString::to_string).collect();
            text.push_str(&format!(
                "| {} | {} | {} | {} |\n",
                step.verb,
                from.join(", "),
                step.to,
                step.needs
            ));
        }
        text
    }
}

/// A lifecycle in words, whatever its type: for the pictures, and for the test that walks it.
#[derive(Clone, Copy, Debug)]
pub struct Drawn {
    /// What goes through the states.
    pub of: &'static str,
    /// The state in which a record begins.
    pub first: fn() -> String,
    /// Every step from each of its states: from, verb, to.
    pub steps: fn() -> Vec<(String, &'static str, String)>,
    /// The state to which a verb leads from a state, if it can be taken there.
    pub after: fn(&str, &str) -> Option<String>,
    /// The picture with its table.
    pub picture: fn() -> String,
}

impl Drawn {
    /// Draws a lifecycle.
    pub const fn new<S: Lifecycle>() -> Self {
        Self {
            of: S::OF,
            first: || S::FIRST.to_string(),
            steps: steps::<S>,
            after: |state, verb| Some(named::<S>(state)?.after(verb).ok()?.to_string()),
            picture: S::picture,
        }
    }
}

fn steps<S: Lifecycle>() -> Vec<(String, &'static str, String)> {
    let each = |step: &Step<S>| {
        let (verb, to) = (step.verb, step.to.to_string());
        step.from
            .iter()
            .map(move |from| (from.to_string(), verb, to.clone()))
            .collect::<Vec<_>>()
    };
    S::STEPS.iter().flat_map(each).collect()
}

fn named<S: Lifecycle>(word: &str) -> Option<S> {
    let ends = S::STEPS.iter().map(|step| step.to);
    std::iter::once(S::FIRST)
        .chain(ends)
        .find(|state| state.to_string() == word)
}
