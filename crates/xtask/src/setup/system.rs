//! Programs of the operating system that the browser and interop tests drive. Installed with root or sudo, else named exactly.
//! Who sits at a terminal is asked before anything outside of this folder changes.

use std::io::{self, BufRead, IsTerminal as _, Write};
use std::process::Command;

use anyhow::{Result, bail};

use crate::command;
use crate::progress::say;

/// A Debian package, and how to tell that what it brings is there.
struct Need {
    package: &'static str,
    is_met: fn() -> bool,
}

const NEEDS: &[Need] = &[
    Need { package: "chromium", is_met: || command::on_path("chromium").is_some() },
    Need { package: "chromium-driver", is_met: || command::on_path("chromedriver").is_some() },
    Need { package: "firefox-esr", is_met: || command::on_path("firefox-esr").or_else(|| command::on_path("firefox")).is_some() },
    Need { package: "webkit2gtk-driver", is_met: || command::on_path("WebKitWebDriver").is_some() },
    // WebKitGTK knows no headless way and needs a screen.
    Need { package: "xvfb", is_met: || command::on_path("Xvfb").is_some() },
    // One of the two decoders that read the QR code back from a screenshot.
    Need { package: "zbar-tools", is_met: || command::on_path("zbarimg").is_some() },
    // A browser that shows texts alone, in front of the pages that need no scripts.
    Need { package: "lynx", is_met: || command::on_path("lynx").is_some() },
    // The typefaces of the pictures that tests compare (crates/testing/fonts.conf).
    Need { package: "fonts-dejavu-core", is_met: || has_font("DejaVu Sans") },
    Need { package: "fonts-noto-cjk", is_met: || has_font("Noto Sans CJK SC") },
    // The example backend in PHP; Debian's has libsodium built in.
    Need {
        package: "php-cli",
        is_met: || command::succeeds(Command::new("php").args(["-r", "exit(extension_loaded('sodium') ? 0 : 1);"])),
    },
    // The example backends that sign in 60 lines each.
    Need { package: "golang", is_met: || command::on_path("go").is_some() },
    Need { package: "openjdk-17-jdk-headless", is_met: || command::on_path("javac").is_some() },
    // The database that many nodes share; the tests start a server of their own.
    Need { package: "postgresql", is_met: has_postgres },
    // Calls of the operating system that fail when a test wants them to.
    Need { package: "fiu-utils", is_met: || command::on_path("fiu-run").is_some() },
    // libFuzzer, which `cargo xtask fuzz` links, is C++.
    Need { package: "g++", is_met: || command::on_path("c++").is_some() },
    Need { package: "python3-venv", is_met: || command::succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"])) },
];

/// The option of commands that install packages of the system.
#[derive(clap::Args, Clone, Copy, Debug, Default)]
pub struct Install {
    /// Install missing packages of the system without asking
    #[arg(long)]
    install: bool,
}

impl Install {
    /// What the option and the terminal say.
    pub fn consent(self) -> Consent {
        Consent::decide(self.install, io::stdin().is_terminal() && io::stderr().is_terminal())
    }
}

/// Whether packages may be installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// They may: `--install` was given, or there is nobody to ask, as in CI.
    Given,
    /// A person is at the terminal, and is asked.
    Asked,
}

impl Consent {
    fn decide(install: bool, at_a_terminal: bool) -> Self {
        if install || !at_a_terminal { Self::Given } else { Self::Asked }
    }

    /// Asks, if need be. Nothing but a plain yes is one.
    fn to(self, wanted: &str, answers: &mut impl BufRead, question: &mut impl Write) -> Result<bool> {
        if self == Self::Given {
            return Ok(true);
        }
        write!(question, "The tests need these packages of the system: {wanted}\nInstall them by apt-get? [y/N] ")?;
        question.flush()?;
        let mut answer = String::new();
        answers.read_line(&mut answer)?;
        Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
    }
}

/// Debian keeps the server's programs off the path.
fn has_postgres() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.map(|version| version.path().join("bin/initdb")).any(|program| program.is_file()) || command::on_path("initdb").is_some()
}

/// Installs the packages whose programs are missing.
pub fn packages(consent: Consent) -> Result<()> {
    let missing: Vec<&str> = NEEDS.iter().filter(|need| !(need.is_met)()).map(|need| need.package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let wanted = missing.join(" ");
    let by_hand = format!("the tests need: {wanted}. As root: apt-get install -y --no-install-recommends {wanted}");
    let Some(apt) = apt_get() else { bail!(by_hand) };
    if !consent.to(&wanted, &mut io::stdin().lock(), &mut io::stderr().lock())? {
        bail!("{by_hand}. `cargo xtask test --fast` needs none of them");
    }
    say(&format!("installing {wanted}"));
    // A package list that is partly out of date still installs most packages, so only the install decides.
    command::succeeds(apt().arg("update"));
    let mut install = apt();
    install.args(["install", "-y", "--no-install-recommends"]).args(&missing);
    command::run_quietly(&mut install)
}

/// How this user may install packages, if at all.
fn apt_get() -> Option<fn() -> Command> {
    command::on_path("apt-get")?;
    if command::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0") {
        return Some(|| quiet(Command::new("apt-get")));
    }
    let sudo = command::on_path("sudo").is_some() && command::succeeds(Command::new("sudo").args(["-n", "true"]));
    sudo.then_some(|| {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "apt-get"]);
        quiet(sudo)
    })
}

fn quiet(mut apt: Command) -> Command {
    apt.env("DEBIAN_FRONTEND", "noninteractive").arg("-q");
    apt
}

fn has_font(family: &str) -> bool {
    command::output(Command::new("fc-list").arg(family)).is_ok_and(|fonts| !fonts.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(consent: Consent, answer: &str) -> (bool, String) {
        let mut question = Vec::new();
        let outcome = consent.to("chromium xvfb", &mut answer.as_bytes(), &mut question).unwrap();
        (outcome, String::from_utf8(question).unwrap())
    }

    #[test]
    fn only_who_sits_at_a_terminal_and_gave_no_leave_is_asked() {
        assert_eq!(Consent::decide(false, true), Consent::Asked);
        for (install, at_a_terminal) in [(true, true), (true, false), (false, false)] {
            assert_eq!(Consent::decide(install, at_a_terminal), Consent::Given);
        }
    }

    #[test]
    fn the_question_names_the_packages_and_only_yes_is_yes() {
        for (answer, outcome) in [("y\n", true), ("Yes\n", true), ("\n", false), ("n\n", false), ("yesterday\n", false), ("", false)] {
            let (consents, question) = asked(Consent::Asked, answer);
            assert_eq!(consents, outcome, "{answer:?}");
            assert!(question.contains("chromium xvfb") && question.contains("apt-get"), "{question}");
        }
        assert_eq!(asked(Consent::Given, ""), (true, String::new()));
    }
}
