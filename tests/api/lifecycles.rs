//! Every lifecycle, walked at random: it never leaves its table, and every state can be reached.

use std::collections::BTreeSet;

use equal_partners::app::LIFECYCLES;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_walk_never_leaves_the_table(walk in prop::collection::vec(any::<prop::sample::Index>(), 1..40)) {
        for lifecycle in LIFECYCLES {
            let steps = (lifecycle.steps)();
            let mut verbs: Vec<&str> = steps.iter().map(|(_, verb, _)| *verb).collect();
            verbs.push("leap");
            let mut state = (lifecycle.first)();
            for step in &walk {
                let verb = verbs[step.index(verbs.len())];
                let listed = steps.iter().find(|(from, named, _)| *from == state && *named == verb);
                let after = (lifecycle.after)(&state, verb);
                prop_assert_eq!(
                    after.as_ref(), listed.map(|(_, _, to)| to), "{}: {} from {}", lifecycle.of, verb, &state
                );
                state = after.unwrap_or(state);
            }
        }
    }
}

#[test]
fn every_state_can_be_reached_and_no_verb_leads_two_ways() {
    for lifecycle in LIFECYCLES {
        let steps = (lifecycle.steps)();
        let mut reached = BTreeSet::from([(lifecycle.first)()]);
        while let Some((_, _, to)) = steps
            .iter()
            .find(|(from, _, to)| reached.contains(from) && !reached.contains(to))
        {
            reached.insert(to.clone());
        }
        for (from, verb, _) in &steps {
            assert!(
                reached.contains(from),
                "{}: nothing leads to {from}",
                lifecycle.of
            );
            let ways = steps
                .iter()
                .filter(|(other, named, _)| other == from && named == verb)
                .count();
            assert_eq!(
                ways, 1,
                "{}: {verb} leads from {from} in {ways} ways",
                lifecycle.of
            );
        }
    }
}
