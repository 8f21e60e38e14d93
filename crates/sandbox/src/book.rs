//! A book of what merchants asked for, by their numbers, and of the codes that lead to it, the replaced ones too: what
//! every provider that hands out codes keeps. What a payment is, and when it dies, is each provider's own. Pure.

use std::collections::HashMap;

use crate::codes::{CodeState, CodeView, PayProblem, SHOWN};

/// Something that a code leads to.
pub(crate) trait Payable {
    /// The code that leads here now.
    fn code(&self) -> &Code;

    /// The same, to be replaced or marked.
    fn code_mut(&mut self) -> &mut Code;

    /// What time alone does to it.
    fn lapse(&mut self, now: i64);

    /// How its code looks to somebody who scans it.
    fn code_state(&self, now: i64) -> CodeState;

    /// When its code stops working, in unix seconds.
    fn code_dies_at(&self) -> i64;

    /// What the wallet tells the shopper.
    fn label(&self) -> Label<'_>;
}

/// The code that leads to a payment.
pub(crate) struct Code {
    pub id: String,
    pub made_at: i64,
    /// Whether the shopper closed the wallet.
    pub dismissed: bool,
}

impl Code {
    pub fn new(id: String, made_at: i64) -> Self {
        Self { id, made_at, dismissed: false }
    }
}

/// What a payment says about itself in the wallet.
pub(crate) struct Label<'a> {
    pub provider: &'static str,
    pub payload: String,
    pub payment_id: &'a str,
    pub description: &'a str,
    /// Minor units.
    pub amount: i64,
    pub currency: &'a str,
}

/// Payments by the merchant's number, and codes by id.
pub(crate) struct Book<T> {
    by_number: HashMap<String, T>,
    codes: HashMap<String, String>,
    issued: Vec<String>,
}

impl<T> Default for Book<T> {
    fn default() -> Self {
        Self { by_number: HashMap::new(), codes: HashMap::new(), issued: Vec::new() }
    }
}

impl<T: Payable> Book<T> {
    /// Keeps a new payment under the merchant's number.
    pub fn insert(&mut self, number: String, payable: T) {
        self.issue(number.clone(), payable.code().id.clone());
        self.by_number.insert(number, payable);
    }

    /// Gives a known payment a fresh code, which replaces the one before.
    pub fn replace_code(&mut self, number: &str, id: String, now: i64) {
        let Some(payable) = self.by_number.get_mut(number) else { return };
        let code = payable.code_mut();
        (code.id, code.made_at) = (id.clone(), now);
        self.issue(number.to_owned(), id);
    }

    fn issue(&mut self, number: String, code: String) {
        self.codes.insert(code.clone(), number);
        self.issued.push(code);
    }

    /// The payment as it stands now.
    pub fn find(&mut self, number: &str, now: i64) -> Option<&mut T> {
        let payable = self.by_number.get_mut(number)?;
        payable.lapse(now);
        Some(payable)
    }

    /// The payment as it was left.
    pub fn get(&self, number: &str) -> Option<&T> {
        self.by_number.get(number)
    }

    /// Every payment, in no order.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        self.by_number.values()
    }

    /// What this code leads to.
    pub fn behind(&mut self, code: &str) -> Result<&mut T, PayProblem> {
        let number = self.codes.get(code).ok_or(PayProblem::UnknownCode)?;
        let payable = self.by_number.get_mut(number).ok_or(PayProblem::UnknownCode)?;
        match payable.code().id == code {
            true => Ok(payable),
            false => Err(PayProblem::Superseded),
        }
    }

    /// The same, if it can be paid. `late` lets a closed or expired one be paid, as happens when both cross.
    pub fn payable(&mut self, code: &str, now: i64, late: bool) -> Result<&mut T, PayProblem> {
        let payable = self.behind(code)?;
        payable.lapse(now);
        match payable.code_state(now) {
            CodeState::Paid => Err(PayProblem::AlreadyPaid),
            CodeState::Expired if !late => Err(PayProblem::Expired),
            CodeState::Closed if !late => Err(PayProblem::Closed),
            CodeState::Open | CodeState::Scanned | CodeState::Dismissed | CodeState::Expired | CodeState::Closed => Ok(payable),
        }
    }

    /// The shopper closes the wallet without paying: the provider knows nothing of it.
    pub fn dismiss(&mut self, code: &str) -> Result<(), PayProblem> {
        self.behind(code)?.code_mut().dismissed = true;
        Ok(())
    }

    /// What somebody sees who scans this code.
    pub fn view(&mut self, code: &str, payee: &str, now: i64) -> Result<CodeView, PayProblem> {
        let payable = self.behind(code)?;
        payable.lapse(now);
        Ok(view(payable, payee, now))
    }

    /// The newest codes that were not replaced, newest first.
    pub fn views(&mut self, payee: &str, now: i64) -> Vec<CodeView> {
        let mut views = Vec::new();
        for code in self.issued.iter().rev() {
            let Some(payable) = self.codes.get(code).and_then(|number| self.by_number.get_mut(number)) else { continue };
            if payable.code().id == *code {
                payable.lapse(now);
                views.push(view(payable, payee, now));
            }
            if views.len() == SHOWN {
                break;
            }
        }
        views
    }
}

fn view(payable: &impl Payable, payee: &str, now: i64) -> CodeView {
    let (label, state) = (payable.label(), payable.code_state(now));
    let open = matches!(state, CodeState::Open | CodeState::Scanned | CodeState::Dismissed);
    CodeView {
        id: payable.code().id.clone(),
        provider: label.provider,
        payload: label.payload,
        payment_id: label.payment_id.to_owned(),
        payee: payee.to_owned(),
        description: label.description.to_owned(),
        amount: label.amount,
        currency: label.currency.to_owned(),
        state,
        age_seconds: now.saturating_sub(payable.code().made_at),
        seconds_left: if open { payable.code_dies_at().saturating_sub(now) } else { 0 },
    }
}
