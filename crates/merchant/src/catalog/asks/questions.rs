//! Questions that stand together: what is wrong with them, and with which.

use super::question::Question;

/// The most questions.
const MAX_QUESTIONS: usize = 30;

/// Checks questions that stand together.
///
/// # Errors
/// Which is at fault, counted from 0, and why.
pub(crate) fn check<'a>(questions: impl Iterator<Item = &'a Question> + Clone) -> Result<(), (usize, String)> {
    for (at, question) in questions.clone().enumerate() {
        let named = |fault: String| (at, format!("ask {:?}: {fault}", question.name()));
        question.check().map_err(named)?;
        if at == MAX_QUESTIONS {
            return Err(named(format!("nobody answers so many; at most {MAX_QUESTIONS}")));
        }
        if questions.clone().take(at).any(|before| before.name() == question.name()) {
            return Err(named("stands twice; give each a name of its own".to_owned()));
        }
        if let Some(or) = &question.or
            && (or == question.name() || !questions.clone().any(|other| other.name() == or && !other.is_address()))
        {
            return Err(named(format!("or: there is no other ask {or:?} that could be answered in its place")));
        }
        if question.or.is_some() && question.is_address() {
            return Err(named("or: an address stands for itself".to_owned()));
        }
    }
    Ok(())
}
