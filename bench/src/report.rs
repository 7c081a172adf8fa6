//! The tables.

use std::collections::HashMap;
use std::fmt::{Display, Write as _};
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};

use crate::database::Engine;
use crate::floors::Kind;
use crate::measure::{Sample, Stack};
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
    pub samples: Vec<(Operation, HashMap<Stack, Vec<Sample>>)>,
}

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
    fn of(&self, operation: Operation, stack: Stack, figure: fn(&Sample) -> f64) -> Option<f64> {
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

    /// The tables as Markdown.
    pub fn markdown(&self) -> Result<String> {
        let mut text = String::new();
        writeln!(
            text,
            "### {} {}: CPU µs per request\n",
            self.engine.name(),
            self.version
        )?;
        writeln!(
            text,
            "| operation | constant | bare sqlx | limit | service | lowest–highest | of it database | of it afterwards | measured | target | |"
        )?;
        writeln!(
            text,
            "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|"
        )?;
        for (operation, samples) in &self.samples {
            let figure = |stack| {
                self.cpu(*operation, stack)
                    .map_or_else(|| "–".to_owned(), number)
            };
            let part = |part| {
                self.of(*operation, Stack::Service, part)
                    .map_or_else(|| "–".to_owned(), number)
            };
            let service: Vec<f64> = samples
                .get(&Stack::Service)
                .into_iter()
                .flatten()
                .map(Sample::cpu)
                .collect();
            let spread = format!(
                "{}–{}",
                number(service.iter().copied().fold(f64::INFINITY, f64::min)),
                number(service.iter().copied().fold(f64::NEG_INFINITY, f64::max))
            );
            let (measured, target, met) = self.verdict(*operation).unwrap_or_default();
            let verdict = match (target.is_empty(), met) {
                (true, _) => "",
                (_, true) => "ok",
                (_, false) => "**MISSED**",
            };
            writeln!(
                text,
                "| {} | {} | {} | {} | {} | {spread} | {} | {} | {measured} | {target} | {verdict} |",
                operation.name(),
                figure(Stack::Floor(Kind::Constant)),
                figure(Stack::Floor(Kind::Sqlx)),
                figure(Stack::Floor(Kind::Limit)),
                figure(Stack::Service),
                part(|sample| sample.database),
                part(|sample| sample.afterwards),
            )?;
        }
        writeln!(
            text,
            "\n### {} {}: rate and time\n",
            self.engine.name(),
            self.version
        )?;
        writeln!(
            text,
            "| operation | service req/s | p50 ms | p99 ms | limit req/s | p50 ms | p99 ms | body bytes |"
        )?;
        writeln!(text, "|---|---:|---:|---:|---:|---:|---:|---:|")?;
        for (operation, _) in &self.samples {
            let figure = |stack, part| {
                self.of(*operation, stack, part)
                    .map_or_else(|| "–".to_owned(), number)
            };
            write!(text, "| {} ", operation.name())?;
            for stack in [Stack::Service, Stack::Floor(Kind::Limit)] {
                for part in [
                    |sample: &Sample| sample.rate,
                    |sample: &Sample| sample.p50,
                    |sample: &Sample| sample.p99,
                ] {
                    write!(text, "| {} ", figure(stack, part))?;
                }
            }
            writeln!(
                text,
                "| {} |",
                figure(Stack::Service, |sample| sample.bytes)
            )?;
        }
        Ok(text)
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
        kernel.trim()
    ))
}

/// Replaces the part of a file between the two marks of a name, which have to be there.
pub fn write(file: &Path, name: &str, text: &str) -> Result<()> {
    let whole = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let (begin, end) = (
        format!("<!-- {name} -->"),
        format!("<!-- end of {name} -->"),
    );
    let missing = || format!("{} needs the lines {begin} and {end}", file.display());
    let (before, rest) = whole.split_once(&begin).with_context(missing)?;
    let (_, after) = rest.split_once(&end).with_context(missing)?;
    fs::write(file, format!("{before}{begin}\n{text}\n{end}{after}"))?;
    Ok(())
}
