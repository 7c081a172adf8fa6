//! The command line of Equal Partners.

use std::process::ExitCode;

fn main() -> ExitCode {
    equal_partners::commands::run()
}
