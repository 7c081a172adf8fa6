use super::*;

fn bars(count: i64) -> Picture {
    let bar = |at: i64| Bar {
        label: format!("Ward <{at}> & \"co\""),
        whole: 10 * at,
        part: at,
        says: format!("{at} of {}", 10 * at),
    };
    Picture {
        name: "bars-2026".to_owned(),
        title: "Answers & <more>".to_owned(),
        description: "All together: 1 of 10".to_owned(),
        columns: ["Service", "Heard"].map(str::to_owned).to_vec(),
        rows: (0..count)
            .map(|at| vec![format!("Ward <{at}>"), at.to_string()])
            .collect(),
        drawing: Drawing::Bars((0..count).map(bar).collect()),
    }
}

fn trend(counts: &[i64]) -> Drawing {
    let point = |(at, count): (usize, &i64)| Point {
        label: format!("2026-{:02}", at % 12 + 1),
        count: *count,
        percentages: (*count > 0).then_some([90.0, 4.5]),
    };
    Drawing::Trend(counts.iter().enumerate().map(point).collect())
}

#[test]
fn a_picture_says_what_it_is_to_those_who_hear_it() {
    let svg = bars(3).svg().unwrap();
    assert!(svg.starts_with(
        "<svg role=\"img\" aria-labelledby=\"bars-2026-title bars-2026-description\""
    ));
    assert!(svg.contains("<title id=\"bars-2026-title\">Answers &amp; &lt;more&gt;</title>"));
    assert!(svg.contains("<desc id=\"bars-2026-description\">All together: 1 of 10</desc>"));
    assert!(svg.contains("Ward &lt;2&gt; &amp; &quot;co&quot;"), "{svg}");
    assert!(svg.trim_end().ends_with("</svg>"));
}

#[test]
fn a_page_has_the_picture_and_all_its_figures_in_a_table() {
    let page = bars(40).page().unwrap();
    assert!(page.contains("<svg role=\"img\""));
    assert!(page.contains("<caption>All together: 1 of 10</caption>"));
    assert_eq!(page.matches("<th scope=\"row\">").count(), 40);
    assert!(
        page.contains("10 more are in the table"),
        "what has no room is said"
    );
}

#[test]
fn figures_of_any_size_are_drawn() {
    let most = i64::from(i32::MAX);
    let grid = |columns: usize, rows: usize| Drawing::Grid {
        columns: vec!["A theme of quite a few words, in all".to_owned(); columns],
        rows: vec![("Service".to_owned(), vec![most; columns]); rows],
    };
    let whole = |count| Bar {
        label: "x".repeat(500),
        whole: count,
        part: count,
        says: String::new(),
    };
    for drawing in [
        trend(&[]),
        trend(&[0]),
        trend(&[5]),
        trend(&[0, 3, 0, most]),
        trend(&[7; 120]),
        grid(0, 0),
        grid(1, 1),
        grid(200, 200),
        Drawing::Bars(vec![]),
        Drawing::Bars(vec![whole(0)]),
        Drawing::Bars(vec![whole(most), whole(1)]),
    ] {
        let drawn = draw::svg(&drawing).unwrap();
        assert!(drawn.contains("</svg>"), "{drawing:?}");
        assert!(!drawn.contains("NaN"), "{drawing:?}");
    }
}

#[test]
fn months_without_answers_break_the_lines() {
    let lines = |counts: &[i64]| {
        draw::svg(&trend(counts))
            .unwrap()
            .matches("stroke-width=\"3\"")
            .count()
    };
    assert_eq!(lines(&[5, 6, 7, 8]), 2);
    assert_eq!(lines(&[5, 6, 0, 7, 8]), 4);
}
