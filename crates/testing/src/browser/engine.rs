//! The three engines: how each is started as a driver, and what each truly cannot do. Facts only; no test decides by
//! itself that an engine is let off.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::folder::Folder;
use crate::program::{self, Program};
use crate::root;

/// Chromium without a screen, without a sandbox (tests run in containers) and without calls of its own.
const CHROMIUM: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-dev-shm-usage",
    "--disable-features=SpareRendererForSitePerProcess",
    "--lang=en-US",
];

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Chromium,
    Firefox,
    /// WebKitGTK's MiniBrowser: the engine of Safari and GNOME Web.
    Webkit,
}

/// What a browser of a single test has of its own. Chromium plays them.
#[derive(Clone, Copy)]
pub(super) enum Special<'a> {
    /// Its camera shows that film, a file of `.y4m` or `.mjpeg`, over and over, and asks nobody for leave.
    Film(&'a Path),
    /// It gives no storage to frames of other sites than `localhost`.
    NoThirdParties,
}

/// What a shopper's screen is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub is_dark: bool,
    /// Pixels to a CSS pixel, each way.
    pub scale: u32,
}

impl Look {
    pub const LIGHT: Look = Look { is_dark: false, scale: 1 };
    pub const DARK: Look = Look { is_dark: true, scale: 1 };
}

impl Engine {
    /// Chromium compares `Unencoded-Digest` with the body by itself and makes a network error of a difference; the others
    /// hand the body over, and the widget finds the difference.
    pub fn reason_for_a_changed_body(self) -> &'static str {
        match self {
            Engine::Chromium => "net-failed",
            Engine::Firefox | Engine::Webkit => "digest-mismatch",
        }
    }

    /// The narrowest page that can be shown, CSS pixels: MiniBrowser's window does not get narrower than its tool bar.
    pub fn narrowest(self) -> u32 {
        match self {
            Engine::Chromium | Engine::Firefox => 320,
            Engine::Webkit => 450,
        }
    }

    /// Whether light and density are chosen when the browser starts (by the GTK theme and scale) instead of while it runs.
    pub(super) fn looks_are_for_life(self) -> bool {
        self == Engine::Webkit
    }

    /// Starts its driver; `folder` takes whatever it leaves behind.
    pub(super) fn start(self, look: Look, folder: &Path) -> (Program, u16) {
        self.start_on(look, folder, display)
    }

    /// The same on a screen that is asked for if the engine needs one.
    pub(super) fn start_on(self, look: Look, folder: &Path, display: impl FnOnce() -> String) -> (Program, u16) {
        match self {
            Engine::Chromium => {
                let mut chromedriver = Command::new("chromedriver");
                // Pictures are compared: the same typefaces and the same time of day on every machine.
                chromedriver.env("FONTCONFIG_FILE", root().join("crates/testing/fonts.conf")).env("TZ", "UTC");
                program::start_and_hear_port(chromedriver.arg("--port=0"), folder, "successfully on port ")
            }
            Engine::Firefox => {
                let mut geckodriver = Command::new(geckodriver());
                // The screen that headless Firefox has: large enough for three pixels to a CSS pixel.
                geckodriver.env("MOZ_HEADLESS_WIDTH", "4000").env("MOZ_HEADLESS_HEIGHT", "4500");
                program::start_and_hear_port(geckodriver.args(["--port=0", "--allow-system-access"]), folder, "Listening on 127.0.0.1:")
            }
            Engine::Webkit => {
                let mut webkit = Command::new("WebKitWebDriver");
                webkit.env("DISPLAY", display()).env("NO_AT_BRIDGE", "1").env("GDK_SCALE", look.scale.to_string());
                webkit.env("GTK_THEME", if look.is_dark { "Adwaita:dark" } else { "Adwaita" });
                program::start_on_free_port(&mut webkit, folder)
            }
        }
    }

    /// How a session is asked for.
    pub(super) fn capabilities(self, folder: &Path, special: Option<Special<'_>>) -> Value {
        let options = match self {
            Engine::Chromium => {
                let own = format!("--user-data-dir={}", folder.join("profile").display());
                let film = match special {
                    Some(Special::Film(film)) => {
                        let film = format!("--use-file-for-fake-video-capture={}", film.display());
                        Some(["--use-fake-device-for-media-stream".to_owned(), "--use-fake-ui-for-media-stream".to_owned(), film])
                    }
                    Some(Special::NoThirdParties) | None => None,
                };
                // "Block third parties" alone gives their frames a storage of their own; so nobody has any but `localhost`.
                let prefs = match special {
                    Some(Special::NoThirdParties) => json!({
                        "profile.default_content_setting_values.cookies": 2,
                        "profile.content_settings.exceptions.cookies": { "http://localhost:*,*": { "setting": 1 } },
                    }),
                    Some(Special::Film(_)) | None => json!({}),
                };
                let own = [own].into_iter().chain(film.into_iter().flatten());
                let arguments: Vec<String> = CHROMIUM.iter().copied().map(str::to_owned).chain(own).collect();
                json!({ "goog:chromeOptions": { "args": arguments, "prefs": prefs }, "goog:loggingPrefs": { "browser": "ALL" } })
            }
            Engine::Firefox => {
                json!({ "moz:firefoxOptions": { "args": ["-headless"], "prefs": { "intl.accept_languages": "en-US" } } })
            }
            Engine::Webkit => json!({ "webkitgtk:browserOptions": { "binary": minibrowser(), "args": ["--automation"] } }),
        };
        json!({ "capabilities": { "alwaysMatch": options } })
    }
}

/// The one that `cargo xtask setup` has built, or else the one on the PATH.
fn geckodriver() -> OsString {
    let built = root().join("target/tools/cargo/bin/geckodriver");
    std::env::var_os("QR_CHECKOUT_GECKODRIVER").unwrap_or_else(|| if built.exists() { built.into() } else { "geckodriver".into() })
}

/// MiniBrowser is not on the PATH; where it is depends on the machine's kind.
fn minibrowser() -> String {
    let machine = std::env::consts::ARCH;
    for version in ["4.1", "4.0"] {
        let path = format!("/usr/lib/{machine}-linux-gnu/webkit2gtk-{version}/MiniBrowser");
        if Path::new(&path).is_file() {
            return path;
        }
    }
    panic!("MiniBrowser (Debian: webkit2gtk-driver) is installed");
}

/// The variable with the screen that `cargo xtask test` has started.
pub const SCREEN: &str = "QR_CHECKOUT_SCREEN";

/// A screen for WebKit's windows, which know no headless way.
pub struct Screen {
    _program: Program,
    display: String,
    _folder: Folder,
}

impl Screen {
    pub fn start() -> Screen {
        let folder = Folder::new("browser");
        let mut xvfb = Command::new("Xvfb");
        xvfb.args(["-displayfd", "1", "-screen", "0", "4000x4500x24", "-nolisten", "tcp"]);
        let (program, number) = program::start_and_hear(&mut xvfb, folder.path(), "");
        Screen { _program: program, display: format!(":{number}"), _folder: folder }
    }

    /// As `DISPLAY` names it.
    pub fn display(&self) -> &str {
        &self.display
    }
}

/// The screen that is lent to us, or one of this program's own.
fn display() -> String {
    static OWN: OnceLock<Screen> = OnceLock::new();
    std::env::var(SCREEN).unwrap_or_else(|_| OWN.get_or_init(Screen::start).display().to_owned())
}
