//! Points at which the crash test kills the server. They exist only with the feature `fault-points` and never in a release build.

/// Ends the process here, without any farewell, if the environment says so: `QR_CHECKOUT_FAULT=name:n` at the n-th passing of the
/// point of that name, `*:n` at the n-th passing of any.
#[cfg(all(feature = "fault-points", debug_assertions))]
pub(crate) fn point(name: &str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static PLAN: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(1);
    let plan = PLAN.get_or_init(|| {
        let plan = std::env::var("QR_CHECKOUT_FAULT").ok()?;
        let (name, number) = plan.split_once(':')?;
        Some((name.to_owned(), number.parse().ok()?))
    });
    let Some((wanted, number)) = plan else { return };
    if (wanted == "*" || wanted == name) && PASSED.fetch_add(1, Ordering::SeqCst) == *number {
        // Whoever plans a crash wants to know where it came.
        let _ = std::env::var("QR_CHECKOUT_FAULT_FILE").map(|file| std::fs::write(file, name));
        std::process::abort();
    }
}

/// Nothing.
#[cfg(not(all(feature = "fault-points", debug_assertions)))]
pub(crate) fn point(_name: &str) {}
