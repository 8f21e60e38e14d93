//! Places in a text, such as `{shop}`: which there are.

use super::occasion::Occasion;

/// Which places a text of this occasion may have; a greeting has the name alone beside them.
pub(super) fn places(occasion: Occasion) -> &'static [&'static str] {
    match occasion {
        Occasion::Paid | Occasion::ReadyForPickup | Occasion::Given => &["shop", "number", "total"],
        Occasion::Shipped => &["shop", "number", "total", "carrier", "tracking"],
        Occasion::Refunded => &["shop", "number", "total", "amount"],
    }
}

/// Every place that a text has.
///
/// # Errors
/// What of it is a brace without another one.
pub(super) fn found(text: &str) -> Result<Vec<&str>, &'static str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        if rest[at..].starts_with('}') {
            return Err("has } without { before it");
        }
        let inside = &rest[at + 1..];
        let end = inside.find(['{', '}']).filter(|end| inside[*end..].starts_with('}')).ok_or("has { without } behind it")?;
        found.push(&inside[..end]);
        rest = &inside[end + 1..];
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found() {
        assert_eq!(found("{shop}: {number}"), Ok(vec!["shop", "number"]));
        assert!(found("{shop").is_err() && found("shop}").is_err() && found("{a{b}").is_err());
    }
}
