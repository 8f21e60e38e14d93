//! One death at each fault point, on each database: exactly there, and nothing is lost.

use std::collections::BTreeSet;
use std::path::Path;

use crate::killing::POINTS;
use crate::world::World;
use crate::{database, judge, server};

macro_rules! points {
    ($($point:ident)+) => {
        /// Those that have a case.
        const CASES: &[&str] = &[$(stringify!($point)),+];
        mod sqlite { $(points!(@case $point "points::sqlite::", None);)+ }
        mod postgresql { $(points!(@case $point "points::postgresql::", Some(super::database().await));)+ }
    };
    (@case $point:ident $module:literal, $database:expr) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $point() {
            if super::server::is_wanted() {
                return super::server::serve().await;
            }
            super::dies_at(stringify!($point), concat!($module, stringify!($point)), $database).await;
        }
    };
}

points! {
    creation_not_committed
    creation_committed
    change_not_committed
    change_committed
    change_once_not_committed
    change_once_committed
    goods_not_given
    goods_given
    keys_not_committed
    keys_committed
    notification_not_committed
    notification_committed
    notification_not_answered
    kept_notification_not_committed
    kept_notification_committed
    provider_not_called
    provider_called
    refund_not_sent
    refund_not_marked
    order_not_expired
    webhook_not_marked
    message_not_marked
    notice_not_marked
}

async fn dies_at(case: &str, story: &'static str, database: Option<String>) {
    let point = POINTS.into_iter().find(|point| point.replace('-', "_") == case).unwrap();
    let mut world = World::begin(story, database, None).await;
    assert_eq!(world.die_at(point).await, point, "where it died");
    world.settle().await;
    let wrong = judge::judge(&world).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_fault_point_of_the_server_has_a_case() {
    let mut points = BTreeSet::new();
    collect(&testing::root().join("crates/merchant/src"), &mut points);
    assert_eq!(points, POINTS.map(str::to_owned).into());
    assert_eq!(
        points.into_iter().map(|point| point.replace('-', "_")).collect::<BTreeSet<_>>(),
        CASES.iter().map(ToString::to_string).collect()
    );
}

fn collect(folder: &Path, points: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            collect(&entry, points);
        } else {
            let text = std::fs::read_to_string(&entry).unwrap();
            points.extend(text.split("fault::point(\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
        }
    }
}
