//! JSON lines: an object a line.

use crate::books::movement::Booked;
use crate::books::row::members;
use crate::shop_time::ShopTime;

/// The line of a movement.
pub(crate) fn row(booked: &Booked, time: &ShopTime) -> String {
    format!("{}\n", members(booked, time))
}
