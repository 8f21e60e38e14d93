//! Tags of languages (BCP 47): which text is for whom.

/// Whether who asks for one language reads what is written in the other: the same language, in a script that they read.
pub(crate) fn is_for(written: &str, asked: &str) -> bool {
    language(written).eq_ignore_ascii_case(language(asked)) && can_read(script(written), script(asked))
}

/// The language of a tag, without script and region.
pub(crate) fn language(tag: &str) -> &str {
    tag.split('-').next().unwrap_or_default()
}

/// The script that a tag names, or that Chinese is written in where it says.
fn script(tag: &str) -> Option<String> {
    let mut parts = tag.split('-').skip(1);
    let named = parts.clone().find(|part| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_alphabetic()));
    match named {
        Some(named) => Some(named.to_ascii_lowercase()),
        None if !language(tag).eq_ignore_ascii_case("zh") => None,
        None if parts.any(|part| ["TW", "HK", "MO"].iter().any(|region| part.eq_ignore_ascii_case(region))) => Some("hant".to_owned()),
        None if tag.contains('-') => Some("hans".to_owned()),
        None => None,
    }
}

/// Whether somebody who asked for the one script reads the other; where nothing is said, it is the usual one.
fn can_read(written: Option<String>, asked: Option<String>) -> bool {
    match (written.as_deref(), asked.as_deref()) {
        (Some(written), Some(asked)) => written == asked,
        // `zh` alone asks for what most of its readers read.
        (Some("hant"), None) => false,
        _ => true,
    }
}
