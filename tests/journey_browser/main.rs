//! Journeys in real browsers: a bare page on another origin, the widget as merchants load it, a merchant's backend and the
//! provider's sandbox over real HTTP, under the strict policy that the README publishes. Each story is told in each engine.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a journey stops at the first surprise")]

/// Makes each story a test per engine: `purchase::the_keyboard_alone_buys::firefox`. Where an engine is not named, a comment
/// says what it cannot do.
macro_rules! told_in {
    ($engines:tt: $($story:ident)+) => { $(told_in!(@story $engines $story);)+ };
    (@story [$($engine:ident)+] $story:ident) => { mod $story { $(told_in!(@test $engine $story);)+ } };
    (@test chromium $story:ident) => { told_in!(@test chromium Chromium $story); };
    (@test firefox $story:ident) => { told_in!(@test firefox Firefox $story); };
    (@test webkit $story:ident) => { told_in!(@test webkit Webkit $story); };
    (@test $name:ident $engine:ident $story:ident) => {
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            super::$story(testing::Engine::$engine).await;
        }
    };
}

mod answering;
mod coming_back;
mod counter;
mod delivering;
mod details;
mod discount;
mod door;
mod embedding;
mod framing;
mod framing_hostile;
mod gallery;
mod handing_over;
mod hostile;
mod hosts;
mod inside;
mod looks;
mod methods;
mod night;
mod order_page;
mod personal;
mod phone;
mod pictures;
mod plain;
mod purchase;
mod reading;
mod rotation;
mod steadiness;
mod table;
mod twin;
mod upgrading;
mod vectors;
