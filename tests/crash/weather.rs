//! What provider and network do on a bad day: a few of the sandbox's named faults at a time.

use sandbox::{Faults, MailFault};
use testing::Chance;

/// Other faults than before. Money that comes late is possible on most days, because that is where it gets lost.
pub fn another(chance: &mut Chance) -> Faults {
    let mut faults = Faults { pay_after_close: chance.percent(70), ..Faults::default() };
    let few = |chance: &mut Chance| u32::try_from(chance.below(4) + 1).unwrap();
    for _ in 0..chance.below(3) {
        match chance.below(18) {
            0 => faults.missing_notification = true,
            1 => faults.duplicate_notification = true,
            2 => faults.hold_notifications = true,
            3 => faults.wrong_signature_notification = true,
            4 => faults.unknown_key_notification = true,
            5 => faults.stale_notification = true,
            6 => faults.tampered_notification = true,
            7 => faults.wrong_amount_notification = true,
            8 => faults.server_error = few(chance),
            9 => faults.server_error_after_effect = few(chance),
            10 => faults.broken_answer = few(chance),
            11 => faults.unsigned_error = few(chance),
            12 => faults.wrong_signature_answer = few(chance),
            13 => faults.slow_milliseconds = chance.below(30),
            14 => faults.mail = chance.one_of(&[MailFault::Down, MailFault::Later, MailFault::Greylisting]),
            15 => faults.mail = MailFault::Down,
            16 => faults.abnormal_refund = true,
            _ => faults.closed_refund = true,
        }
    }
    // Money that comes by a closed code and is never notified is known to the provider alone, until its bill of the day.
    faults.pay_after_close &= !faults.missing_notification;
    faults
}
