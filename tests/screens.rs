//! Every scene of the gallery in every locale, drawn natively: the rules that hold on all of them, and `tests/snapshots/`, which two of
//! the locales are compared with. `UPDATE_SNAPSHOTS=1` rewrites the snapshots; the difference is then read in review.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed; the line says where")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use protocol::Money;
use qr_checkout::gallery::{scenarios, scene};
use qr_checkout::i18n::{Format, locales, messages};
use qr_checkout::ui::{self, View, announcement, misconfigured};
use yew::{Callback, Component, Context, Html, LocalServerRenderer, Properties};

/// The locales with snapshots: other words between the same elements would tell nothing more.
const SNAPSHOTS: [&str; 2] = ["en", "zh-Hans"];

/// Writes values without `Intl`, in UTC.
struct Plain(&'static str);

impl Format for Plain {
    /// The code, in English with a full stop: names differ from language to language.
    fn country(&self, code: &str) -> String {
        if self.0 == "en" { format!("{code}.") } else { code.to_owned() }
    }

    fn money(&self, money: Money) -> String {
        let sign = if self.0 == "en" { "CN¥" } else { "¥" };
        let minus = if money.amount < 0 { "-" } else { "" };
        let amount = money.amount.abs();
        format!("{minus}{sign}{}", Money { amount, ..money }.to_decimal())
    }

    fn date_time(&self, unix: i64) -> String {
        let (minutes, day) = (unix / 60 % 1440, unix / 86_400 - 20_757);
        assert!((1..=30).contains(&day), "the gallery plays in November 2026");
        format!("2026-11-{day:02} {:02}:{:02}", minutes / 60, minutes % 60)
    }

    fn number(&self, number: i64) -> String {
        number.to_string()
    }

    fn plural(&self, number: i64) -> String {
        let category = match (self.0, number) {
            ("ar", 3..=10) => "few",
            ("ar", 11..=99) => "many",
            ("ar" | "de" | "en", 1) => "one",
            ("ar", 2) => "two",
            _ => "other",
        };
        category.to_owned()
    }
}

#[derive(Clone, PartialEq, Properties)]
struct Moment {
    scene: &'static str,
    locale: &'static str,
}

/// Draws one scene.
struct Face;

impl Component for Face {
    type Message = ();
    type Properties = Moment;

    fn create(_: &Context<Self>) -> Face {
        Face
    }

    fn view(&self, context: &Context<Self>) -> Html {
        let Moment { scene, locale } = *context.props();
        if scene == "misconfigured" {
            misconfigured(messages(locale), None, &Callback::noop())
        } else {
            with_view(scene, locale, 0, ui::view)
        }
    }
}

/// Calls that with the scene as it is so many seconds later; `…-dialog` is a scene in dialog mode.
fn with_view<T>(name: &str, locale: &'static str, later: i64, draw: impl FnOnce(&View<'_>) -> T) -> T {
    let in_dialog = name.strip_suffix("-dialog");
    let scene = scene(in_dialog.unwrap_or(name), locale).unwrap();
    draw(&View {
        state: &scene.state,
        messages: messages(locale),
        format: &Plain(locale),
        now: scene.now.map(|now| now + later),
        dialog: in_dialog.map(|_| true),
        dispatch: &Callback::noop(),
        close: &Callback::noop(),
    })
}

fn drawn(scene: &'static str, locale: &'static str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let renderer = LocalServerRenderer::<Face>::with_props(Moment { scene, locale }).hydratable(false);
    let html = runtime.block_on(renderer.render());
    // A tag a line: differences are read by people.
    html.replace("><", ">\n<") + "\n"
}

fn all_scenes() -> Vec<&'static str> {
    let mut all = scenarios();
    all.extend(["awaiting-dialog", "misconfigured"]);
    all
}

fn everything(locales: &[&'static str]) -> impl Iterator<Item = (String, String)> {
    let pairs = all_scenes().into_iter().flat_map(move |scene| locales.iter().map(move |locale| (scene, *locale)));
    pairs.map(|(scene, locale)| (format!("{scene}.{locale}.html"), drawn(scene, locale)))
}

/// What a shopper reads or hears: texts and names.
fn words_of(html: &str) -> Vec<String> {
    let texts = html.split('>').filter_map(|part| part.split('<').next());
    let names = html.split("aria-label=\"").skip(1).filter_map(|part| part.split('"').next());
    texts.chain(names).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

fn count(html: &str, part: &str) -> usize {
    html.matches(part).count()
}

#[test]
fn every_scene_looks_as_its_snapshot_says() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let rewrite = std::env::var_os("UPDATE_SNAPSHOTS").is_some();
    let mut kept = BTreeSet::new();
    let mut wrong = Vec::new();
    for (name, html) in everything(&SNAPSHOTS) {
        let file = folder.join(&name);
        if rewrite {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&file, &html).unwrap();
        }
        if fs::read_to_string(&file).unwrap_or_default() != html {
            wrong.push(name.clone());
        }
        kept.insert(name);
    }
    let there = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let orphans: Vec<String> = there.filter(|name| !kept.contains(name)).collect();
    assert!(wrong.is_empty(), "changed, read the difference and run with UPDATE_SNAPSHOTS=1: {wrong:?}");
    assert!(orphans.is_empty(), "snapshots without a scene: {orphans:?}");
}

#[test]
fn every_screen_has_one_heading_one_status_region_and_no_style_attribute() {
    for (name, html) in everything(&locales()) {
        assert_eq!(count(&html, "<h2"), 1, "{name}");
        assert_eq!(count(&html, "data-focus"), 1, "{name}");
        assert_eq!(count(&html, "role=\"status\""), 1, "{name}");
        assert_eq!(count(&html, " style="), 0, "{name}");
        assert_eq!(count(&html, "<button"), count(&html, "type=\"button\""), "{name}");
        let said = html.split("role=\"status\" aria-live=\"polite\">").nth(1).and_then(|rest| rest.split('<').next());
        assert!(said.is_some_and(|said| !said.is_empty()), "{name} says nothing");
        let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
        assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{name} has an id twice");
    }
}

#[test]
fn accessible_names_keep_the_contract() {
    let has = |scene, part: &str| {
        let html = drawn(scene, "en");
        assert!(html.contains(part), "{scene} lacks {part}:\n{html}");
    };
    has("cart", ">Pay CN¥304.00</button>");
    has("cart-repricing", ">Updating…</button>");
    has("awaiting", "role=\"group\" aria-label=\"Payment code\"");
    for button in ["Check now", "New code", "Cancel payment"] {
        has("awaiting", &format!(">{button}</button>"));
    }
    let link = r#"href="https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx201410272009395522657a690389285100&amp;package=1037687096""#;
    for part in [link, "target=\"_top\"", "referrerpolicy=\"origin\"", ">Open WeChat Pay</a>", ">Use Alipay instead</span>"] {
        has("awaiting-app", part);
    }
    has("awaiting-wechat", ">Pay CN¥304.00</button>");
    has("paid-follow", "aria-label=\"Follow to get updates on this order\"");
    has("expired-code", ">New code</button>");
    has("refused", ">New code</button>");
    has("unsure", ">Check now</button>");
}

/// What no language translates: ids, codes, the provider's number, names of methods and of what their apps show, units, where somebody
/// lives, and a thing that its shop has named so.
const UNTRANSLATED: [&str; 28] = [
    "ord_k7Jv0Qm3TzWn5sXbYc2LdA",
    "digest-mismatch",
    "FPS",
    "Pix copia e cola",
    "Pix",
    "PromptPay",
    "THB",
    "BRL",
    "7K3V0QM4TZ",
    "7K3V0",
    "QM4TZ",
    "tea-100g",
    "gaiwan",
    "oolong-50g",
    "WeChat Pay",
    "WeChat",
    "Alipay",
    "QR",
    "100g",
    "Gaiwan (porcelain)",
    "DHL 00340434161094",
    "Lin Wei",
    "Teestraße 4",
    "10115 Berlin",
    "T4KQ-9MZX-22PB",
    "guide.pdf",
    "Ticket 7Q2M4-KX9T",
    "7Q2M4-KX9T",
];

#[test]
fn screens_in_another_script_hold_no_english_words() {
    for (scene, locale) in all_scenes().into_iter().flat_map(|scene| ["ar", "ja", "zh-Hans"].map(|locale| (scene, locale))) {
        for text in words_of(&drawn(scene, locale)) {
            let rest = UNTRANSLATED.iter().fold(text.clone(), |rest, known| rest.replace(known, ""));
            let english = rest.split(|letter: char| !letter.is_ascii_alphabetic()).any(|word| word.len() > 2);
            assert!(!english, "{scene} in {locale}: {text}");
        }
    }
}

#[test]
fn german_screens_say_nothing_as_english_ones_do() {
    for scene in all_scenes() {
        let [english, german] = ["en", "de"].map(|locale| words_of(&drawn(scene, locale)));
        let of_both = |text: &&String| english.contains(text) && text.chars().any(char::is_alphabetic);
        for text in german.iter().filter(of_both) {
            assert!(UNTRANSLATED.contains(&text.as_str()), "{scene}: {text}");
        }
    }
}

#[test]
fn each_screen_says_its_language_and_direction() {
    for (scene, locale) in all_scenes().into_iter().flat_map(|scene| locales().into_iter().map(move |locale| (scene, locale))) {
        let direction = if locale == "ar" { "rtl" } else { "ltr" };
        assert!(drawn(scene, locale).contains(&format!("lang=\"{locale}\" dir=\"{direction}\"")), "{scene} in {locale}");
    }
}

#[test]
fn doubt_shows_no_code_and_no_verdict() {
    for scene in ["unsure", "unsure-creation", "cart-unverified"] {
        let html = drawn(scene, "en");
        assert!(!html.contains("class=\"qr\""), "{scene} draws a code");
        for word in words_of(&html) {
            let word = word.to_lowercase();
            assert!(!word.contains("fail") && !word.starts_with("paid"), "{scene}: {word}");
        }
    }
}

#[test]
fn only_a_paid_checkout_shows_the_paid_screen() {
    for scene in scenarios() {
        let shown =
            drawn(scene, "en").contains("<h2 class=\"heading\" part=\"heading\" id=\"heading\" tabindex=\"-1\" data-focus=\"\">Paid<");
        assert_eq!(shown, scene.starts_with("paid"), "{scene}");
    }
}

#[test]
fn waiting_for_the_payment_is_said_only_while_that_is_all_there_is_to_do() {
    let waits = |scene: &'static str| drawn(scene, "en").contains("Waiting for your payment");
    assert!(waits("awaiting") && waits("awaiting-added"));
    for scene in ["awaiting-offline", "awaiting-slow", "awaiting-checking", "awaiting-canceling", "awaiting-renewing", "awaiting-scanned"] {
        assert!(!waits(scene), "{scene}");
    }
}

#[test]
fn no_screen_is_a_landmark_that_the_page_has_already() {
    for scene in scenarios() {
        let html = drawn(scene, "en");
        assert!(["<header", "<footer", "<main", "<nav"].iter().all(|landmark| !html.contains(landmark)), "{scene}");
    }
}

#[test]
fn the_countdown_speaks_at_five_minutes_one_minute_and_thirty_seconds() {
    let at = |left: i64| with_view("awaiting", "en", 900 - left, announcement);
    assert_eq!(at(899), "Scan the code to pay CN¥304.00 to Mountain Tea.");
    assert_eq!(at(301), at(899));
    assert_eq!([at(300), at(61)], ["Five minutes left to pay."; 2]);
    assert_eq!([at(60), at(31)], ["One minute left to pay."; 2]);
    assert_eq!([at(30), at(1)], ["Thirty seconds left to pay."; 2]);
}

#[test]
fn the_drawn_code_decodes_to_the_payload_and_has_a_quiet_zone_of_four() {
    let html = drawn("awaiting", "en");
    let svg = html.split("<svg class=\"qr\"").nth(1).unwrap();
    let value = |text: &str, name: &str| text.split(&format!(" {name}=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let side: usize = value(svg, "viewBox").split(' ').next_back().unwrap().parse().unwrap();
    let pixels: usize = value(svg, "width").parse().unwrap();
    assert!(pixels >= 200 && pixels.is_multiple_of(side), "{pixels} px for {side} modules");
    let dark = dark_modules(&value(svg.split("fill=\"#000\"").nth(1).unwrap(), "d"));
    for axis in [dark.iter().map(|at| at.0).collect::<BTreeSet<_>>(), dark.iter().map(|at| at.1).collect()] {
        assert_eq!((axis.first(), axis.last()), (Some(&4), Some(&(side - 5))));
    }
    let pixel = |x: usize, y: usize| if dark.contains(&(x / 4, y / 4)) { 0 } else { 255 };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(side * 4, side * 4, pixel);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1);
    assert_eq!(grids[0].decode().unwrap().1, "weixin://wxpay/bizpayurl?pr=p4lpSuKzz");
}

/// Reads a path of rectangles one module high: `Mx yhwv1Hxz`.
fn dark_modules(path: &str) -> BTreeSet<(usize, usize)> {
    let runs = path.split('M').skip(1).map(|run| {
        let numbers: Vec<usize> =
            run.split(|letter: char| !letter.is_ascii_digit()).filter(|text| !text.is_empty()).map(|text| text.parse().unwrap()).collect();
        assert_eq!(run, format!("{0} {1}h{2}v1H{0}z", numbers[0], numbers[1], numbers[2]));
        (numbers[0], numbers[1], numbers[2])
    });
    runs.flat_map(|(left, top, width)| (left..left + width).map(move |x| (x, top))).collect()
}
