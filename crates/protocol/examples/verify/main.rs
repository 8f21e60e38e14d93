//! Judges conformance vectors: `verify [--no-expect] FILE…` prints a line each, `id verdict`. Exit code 0: each verdict is
//! the one its file expects; 1: one is not; 2: a file cannot be read as a vector, or the usage is wrong.
//! With `--no-expect` verdicts are only printed. Files are of anybody's making, so nothing in here panics.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read as _, Write};
use std::path::Path;
use std::process::ExitCode;

use protocol::verify::vector::Vector;

#[cfg(test)]
mod tests;

/// The largest file that is read. A body has at most 256 kB.
const MAX_FILE: u64 = 16 << 20;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    // When nobody reads on, as in `verify … | head`, there is nobody to tell.
    let code = judge(&arguments, &mut io::stdout().lock(), &mut io::stderr().lock()).unwrap_or(2);
    ExitCode::from(code)
}

/// Judges all files, also after one that fails, and returns the exit code.
///
/// # Errors
/// Those of writing.
pub fn judge(arguments: &[OsString], out: &mut impl Write, complaints: &mut impl Write) -> io::Result<u8> {
    let (options, files): (Vec<&OsString>, Vec<&OsString>) =
        arguments.iter().partition(|argument| argument.as_encoded_bytes().starts_with(b"--"));
    let compares = options.is_empty();
    if files.is_empty() || options.iter().any(|option| *option != "--no-expect") {
        writeln!(complaints, "usage: verify [--no-expect] FILE…")?;
        return Ok(2);
    }
    let mut code = 0;
    for file in files {
        let name = one_line(&file.to_string_lossy());
        match read(Path::new(file)).and_then(|bytes| Vector::parse(&bytes)) {
            Ok(vector) => {
                let verdict = vector.verdict();
                writeln!(out, "{} {verdict}", one_line(&vector.id))?;
                if compares && vector.expect.as_deref() != Some(verdict) {
                    let expected = vector.expect.as_deref().unwrap_or("a member `expect`");
                    writeln!(complaints, "{name}: expected {}, got {verdict}", one_line(expected))?;
                    code = code.max(1);
                }
            }
            Err(reason) => {
                writeln!(complaints, "{name}: {}", one_line(&reason))?;
                code = 2;
            }
        }
    }
    Ok(code)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    let fits = u64::try_from(bytes.len()).is_ok_and(|length| length <= MAX_FILE);
    if fits { Ok(bytes) } else { Err("larger than 16 MiB".to_owned()) }
}

/// Text of a stranger's, so that it stays on its line and sends nothing to the terminal.
fn one_line(text: &str) -> String {
    text.chars().map(|symbol| if symbol.is_control() { '\u{fffd}' } else { symbol }).collect()
}
