//! `places`: what printed codes at tables and shelves open. It asks a running backend.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::label::{Label, id_of};
use super::orders::admin::{Admin, Asking};
use super::orders::table::{each, text};
use super::shared::{fresh, print, word};

/// Make places, whose printed codes lead to paying or ordering there, and close them
#[derive(Args)]
pub(super) struct Places {
    #[command(flatten)]
    asking: Asking,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Make a place such as "Table 7": its code leads to paying what you make for it by `orders create --place`, or else to what it offers
    Create {
        /// What shoppers read there
        name: String,
        /// A thing of the catalog that it offers; again for others. All that are sold, if absent
        #[arg(long = "item", value_name = "SKU")]
        items: Vec<String>,
        /// A word that makes the same call twice one place
        #[arg(long, value_name = "WORD", value_parser = word)]
        once: Option<String>,
    },
    /// A line each, the newest first: whether it is open, its name, what it offers, and its address
    List,
    /// Its code opens nothing any more; orders that were made there go on
    Close {
        /// Its id, its address, or its name where only one open place has that
        place: String,
    },
    /// Write a label to print: a code that opens the place, with the shop's name, the place's and the host
    Label(Label),
}

impl Places {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let admin = Admin::open(&self.asking)?;
        let told = match &self.what {
            What::Create { name, items, once } => {
                let once = once.clone().map_or_else(fresh, Ok)?;
                self.asking.told(&admin.post(&["places"], &once, &json!({ "name": name, "items": items })).await?, line)?
            }
            What::List => {
                let places = admin.all("places").await?;
                if self.asking.json { json!({ "places": places }).to_string() } else { places.iter().map(line).collect() }
            }
            What::Close { place } => {
                self.asking.told(&admin.post(&["places", id_of(place), "close"], &fresh()?, &json!({})).await?, line)?
            }
            What::Label(label) => label.write(&admin, "places").await?,
        };
        print(&told).map(|()| ExitCode::SUCCESS)
    }
}

fn line(place: &Value) -> String {
    let items = each(&place["items"]).map(text).collect::<Vec<_>>().join(", ");
    let offers = if items.is_empty() { "all" } else { &items };
    format!("{:<6}  {:<20}  {offers:<24}  {}\n", text(&place["state"]), text(&place["name"]), text(&place["url"]))
}
