//! The local providers: servers on loopback that behave like the payment providers' own, as strict as
//! they are, plus a phone page that pays and named faults. No real money, and no merchant code.
//!
//! Everything is reachable over HTTP (the binary, other languages) and through [`Sandbox`] (tests).
//! Clock and randomness are arguments; only `main.rs` reads the real ones.

mod account;
mod alipay;
mod book;
mod broken;
mod clock;
mod codes;
mod control;
mod environment;
mod faults;
mod keys;
mod locking;
mod mail;
mod notifications;
mod official_account;
mod phone;
mod provider;
mod random;
mod registry;
mod robots;
mod server;
mod wechat_pay;

pub use account::Account;
pub use clock::TimeSource;
pub use codes::{CodeState, CodeView, PayProblem};
pub use faults::{Bridge, Faults, Pages, Signing};
pub use keys::AccountError;
pub use mail::{AttachmentView, MailFault, MailServer, MailView, Mailbox, PASSWORD, USERNAME};
pub use notifications::{DeliveryState, DeliveryView, ReleaseOrder};
pub use official_account::{CallbackMode, FollowProblem, MessageView, PhoneView};
pub use provider::Taken;
pub use random::Randomness;
pub use robots::{Posted, ROBOT_SECRET, RobotFault, RobotServer, Robots, robot_paths};
pub use server::{Sandbox, Settings};
