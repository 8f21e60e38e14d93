//! What provider, network, mail server and robots do on a bad day: a few of the sandbox's named faults at a time.

use sandbox::{Faults, MailFault, RobotFault};
use testing::Chance;

/// What the mail server does; it is down more often than that.
const MAIL: [MailFault; 5] = [MailFault::Later, MailFault::Greylisting, MailFault::Refused, MailFault::LetterRefused, MailFault::Slow];
/// What robots do.
const ROBOTS: [RobotFault; 4] = [RobotFault::Slow, RobotFault::Forbidden, RobotFault::Unavailable, RobotFault::Errcode];

/// Other faults, and nothing that takes its time: nobody is in the street who would see the weather change.
pub fn for_nobody(chance: &mut Chance) -> Faults {
    let mut faults = another(chance);
    if faults.mail == MailFault::Slow {
        faults.mail = MailFault::Down;
    }
    if faults.robots == RobotFault::Slow {
        faults.robots = RobotFault::Unavailable;
    }
    faults
}

/// Other faults than before. Money that comes late is possible on most days, because that is where it gets lost.
pub fn another(chance: &mut Chance) -> Faults {
    let mut faults = Faults { pay_after_close: chance.percent(70), ..Faults::default() };
    let few = |chance: &mut Chance| u32::try_from(chance.below(4) + 1).unwrap();
    for _ in 0..chance.below(3) {
        match chance.below(20) {
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
            14 => faults.mail = chance.one_of(&MAIL),
            15 => faults.mail = MailFault::Down,
            16 | 17 => faults.robots = chance.one_of(&ROBOTS),
            18 => faults.abnormal_refund = true,
            _ => faults.closed_refund = true,
        }
    }
    // Money that comes by a closed code and is never notified is known to the provider alone, until its bill of the day.
    faults.pay_after_close &= !faults.missing_notification;
    faults
}
