//! The tables.

use std::fmt::{Display, Write as _};
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::database::Engine;
use crate::floors::Kind;
use crate::measure::{Sample, Samples, Stack};
use crate::operations::{Operation, Target};

/// Prints a line.
pub fn say(line: impl Display) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

/// What was measured with an engine.
pub struct Results {
    /// The engine.
    pub engine: Engine,
    /// Its version.
    pub version: String,
    /// The samples of each operation.
    pub samples: Vec<(Operation, Samples)>,
}

/// A figure of a sample.
type Figure = fn(&Sample) -> f64;

/// The value in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Three digits are what the measurements are good for.
pub fn number(value: f64) -> String {
    match value {
        value if !value.is_finite() => "–".to_owned(),
        value if value.abs() < 10.0 => format!("{value:.2}"),
        value if value.abs() < 100.0 => format!("{value:.1}"),
        value => format!("{value:.0}"),
    }
}

impl Results {
    fn of(&self, operation: Operation, stack: Stack, figure: Figure) -> Option<f64> {
        let (_, samples) = self.samples.iter().find(|(one, _)| *one == operation)?;
        Some(median(samples.get(&stack)?.iter().map(figure).collect()))
    }

    fn cpu(&self, operation: Operation, stack: Stack) -> Option<f64> {
        self.of(operation, stack, Sample::cpu)
    }

    /// How the service stands to its target: what was measured, what was asked for, and whether it is met.
    fn verdict(&self, operation: Operation) -> Option<(String, String, bool)> {
        let service = self.cpu(operation, Stack::Service)?;
        let (value, most, unit) = match operation.target(self.engine)? {
            Target::OfLimit(most) => (
                service / self.cpu(operation, Stack::Floor(Kind::Limit))?,
                most,
                "× limit".to_owned(),
            ),
            Target::OfConstant(most) => (
                service / self.cpu(operation, Stack::Floor(Kind::Constant))?,
                most,
                "× constant".to_owned(),
            ),
            Target::Of(other, most) => (
                service / self.cpu(other, Stack::Service)?,
                most,
                format!("× {}", other.word()),
            ),
            Target::Over(other, most) => (
                service - self.cpu(other, Stack::Service)?,
                most,
                format!("µs over {}", other.word()),
            ),
        };
        Some((
            format!("{value:.2} {unit}"),
            format!("≤ {most} {unit}"),
            value <= most,
        ))
    }

    /// What a request costs each stack, and how the service stands to its targets.
    pub fn costs(&self) -> Result<String> {
        let mut text = format!("### {} {}\n\n", self.engine.name(), self.version);
        writeln!(
            text,
            "| CPU µs per request | constant | bare sqlx | limit | service | measured | target | |"
        )?;
        writeln!(text, "|---|---:|---:|---:|---:|---:|---:|---|")?;
        for (operation, _) in &self.samples {
            write!(text, "| {} ", operation.name())?;
            for stack in [Kind::Constant, Kind::Sqlx, Kind::Limit].map(Stack::Floor) {
                write!(text, "| {} ", shown(self.cpu(*operation, stack)))?;
            }
            write!(text, "| {} ", shown(self.cpu(*operation, Stack::Service)))?;
            match self.verdict(*operation) {
                Some((measured, target, met)) => {
                    writeln!(text, "| {measured} | {target} | {} |", verdict(met))?
                }
                None => writeln!(text, "| | | |")?,
            }
        }
        Ok(text)
    }

    /// What the service's cost consists of and how far it spreads, its rate and its times beside the limit's.
    pub fn times(&self) -> Result<String> {
        let mut text = format!("### {} {}\n\n", self.engine.name(), self.version);
        writeln!(
            text,
            "| | CPU µs, lowest–highest round | of it database | of it after the last answer | req/s | p50 ms | p99 ms | limit req/s | p50 ms | p99 ms | body bytes |"
        )?;
        writeln!(
            text,
            "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
        )?;
        let (service, limit) = (Stack::Service, Stack::Floor(Kind::Limit));
        for (operation, samples) in &self.samples {
            let costs: Vec<f64> = samples
                .get(&service)
                .into_iter()
                .flatten()
                .map(Sample::cpu)
                .collect();
            let (lowest, highest) = costs
                .iter()
                .fold((f64::INFINITY, 0.0), |(low, high), cost| {
                    (cost.min(low), cost.max(high))
                });
            write!(
                text,
                "| {} | {}–{} ",
                operation.name(),
                number(lowest),
                number(highest)
            )?;
            let figures: [(Stack, Figure); 9] = [
                (service, |sample| sample.database),
                (service, |sample| sample.afterwards),
                (service, |sample| sample.rate),
                (service, |sample| sample.p50),
                (service, |sample| sample.p99),
                (limit, |sample| sample.rate),
                (limit, |sample| sample.p50),
                (limit, |sample| sample.p99),
                (service, |sample| sample.bytes),
            ];
            for (stack, figure) in figures {
                write!(text, "| {} ", shown(self.of(*operation, stack, figure)))?;
            }
            writeln!(text, "|")?;
        }
        Ok(text)
    }
}

fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), number)
}

/// How a line of a table is marked.
pub fn verdict(met: bool) -> &'static str {
    if met { "ok" } else { "**MISSED**" }
}

/// A part of the report, under the name of its marks in a file.
pub struct Section {
    name: &'static str,
    text: String,
}

impl Section {
    /// Begins with what it is, the command and the machine.
    pub fn new(name: &'static str, title: &str) -> Result<Self> {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let mut letters = title.chars();
        let title: String = letters
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .chain(letters)
            .collect();
        Ok(Self {
            name,
            text: format!(
                "{title}: `equal-partners-bench {}` on {}.\n",
                arguments.join(" "),
                machine()?
            ),
        })
    }

    /// Adds a table.
    pub fn add(&mut self, table: &str) {
        self.text += "\n";
        self.text += table;
    }
}

impl Display for Section {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// The machine that measured.
pub fn machine() -> Result<String> {
    let info = fs::read_to_string("/proc/cpuinfo")?;
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("an unnamed CPU", |rest| {
            rest.trim_start_matches(['\t', ' ', ':'])
        });
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let load = fs::read_to_string("/proc/loadavg")?;
    let cores = std::thread::available_parallelism()?;
    let minute = load.split(' ').next().unwrap_or_default();
    Ok(format!(
        "{cores} cores of {model}, Linux {}, load average at the beginning {minute}",
        // What a build is called says nothing.
        kernel.trim().split('-').next().unwrap_or_default()
    ))
}

/// Puts sections into a file, each between its two marks. At least one of them has to be there.
pub fn write(file: Option<&Path>, sections: &[Section]) -> Result<()> {
    let Some(file) = file else {
        return Ok(());
    };
    let mut whole = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let mut written = 0;
    for section in sections {
        if let Some(replaced) = replaced(&whole, section.name, &section.text) {
            (whole, written) = (replaced, written + 1);
        }
    }
    let first = sections.first().map_or("", |section| section.name);
    ensure!(
        written > 0,
        "{} needs the lines {} and {}",
        file.display(),
        begin(first),
        end(first)
    );
    Ok(fs::write(file, whole)?)
}

fn begin(name: &str) -> String {
    format!("<!-- {name} -->")
}

fn end(name: &str) -> String {
    format!("<!-- end of {name} -->")
}

fn replaced(whole: &str, name: &str, text: &str) -> Option<String> {
    let (before, rest) = whole.split_once(&begin(name))?;
    let (_, after) = rest.split_once(&end(name))?;
    Some(format!(
        "{before}{}\n{text}{}{after}",
        begin(name),
        end(name)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(operation: Operation, service: f64, limit: f64) -> Results {
        let sample = |process| Sample {
            process,
            database: 0.0,
            afterwards: 0.0,
            rate: 1.0,
            p50: 1.0,
            p99: 1.0,
            bytes: 1.0,
        };
        let samples = Samples::from([
            (
                Stack::Service,
                vec![
                    sample(9.0 * service),
                    sample(service),
                    sample(0.5 * service),
                ],
            ),
            (Stack::Floor(Kind::Limit), vec![sample(limit)]),
        ]);
        Results {
            engine: Engine::Sqlite,
            version: String::new(),
            samples: vec![(operation, samples)],
        }
    }

    #[test]
    fn a_line_is_met_by_the_median_round_and_missed_above_its_target() {
        let (_, _, met) = results(Operation::Get, 16.0, 10.0)
            .verdict(Operation::Get)
            .unwrap();
        assert!(met);
        let missed = results(Operation::Get, 16.1, 10.0);
        assert!(
            missed
                .costs()
                .unwrap()
                .contains("| 1.61 × limit | ≤ 1.6 × limit | **MISSED** |")
        );
    }

    #[test]
    fn a_section_replaces_what_is_between_its_marks_and_nothing_else() {
        let file = "before\n<!-- one -->\nold\n<!-- end of one -->\nafter\n";
        let expected = "before\n<!-- one -->\nnew\n<!-- end of one -->\nafter\n";
        assert_eq!(replaced(file, "one", "new\n").as_deref(), Some(expected));
        assert_eq!(replaced(file, "other", "new\n"), None);
    }
}
