//! `tickets`: who may come in, and who did. It asks a running backend; at a door it goes on by itself where there is no network.

mod door;
mod list;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::Value;

use super::orders::admin::{Admin, Asking, read};
use super::shared::print;
use door::Door;

/// See tickets, and let people in by them
#[derive(Args)]
pub(super) struct Tickets {
    #[command(flatten)]
    asking: Asking,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// A line for each ticket, and who was let in twice
    List(List),
    /// How a ticket stands; nobody is let in by that
    Check(Check),
    Door(Door),
}

#[derive(Args)]
struct List {
    /// Of this event only
    #[arg(long)]
    event: Option<String>,
}

#[derive(Args)]
struct Check {
    /// Its number, or all of what its code says
    ticket: String,
}

impl Tickets {
    pub(super) async fn run(self, now: merchant::Clock) -> Result<ExitCode, String> {
        let admin = Admin::open(&self.asking)?;
        let told = match &self.what {
            What::List(List { event }) => {
                let (tickets, last) = list::load(&admin, event.as_deref(), 0).await?;
                if self.asking.json {
                    Value::Array(tickets).to_string()
                } else {
                    let doubles = last["doubles"].as_array().cloned().unwrap_or_default();
                    tickets.iter().map(list::line).chain(doubles.iter().map(list::double)).collect()
                }
            }
            What::Check(Check { ticket }) => {
                let number =
                    door::number_of(ticket).ok_or("that is no number of a ticket: nine characters, one of which checks the others")?;
                let answer = admin.get(&["tickets", &number], &[]).await?;
                if self.asking.json { answer } else { list::line(&read(&answer)?) }
            }
            What::Door(door) => return door.run(&admin, &now).await,
        };
        print(&told).map(|()| ExitCode::SUCCESS)
    }
}
