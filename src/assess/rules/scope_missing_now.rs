//! A needed scope that the token's granted list does not have.

use super::Rule;
use super::loss::each;
use crate::assess::assessment::Assessment;
use crate::assess::finding::Finding;
use crate::timeline::verdict::{Reason, Verdict};

pub(super) const ID: &str = "scope-missing-now";

pub(super) struct ScopeMissingNow;

impl Rule for ScopeMissingNow {
    fn id(&self) -> &'static str {
        ID
    }

    fn summary(&self) -> &'static str {
        "A needed scope that the token does not hold"
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        for loss in each(assessment, Verdict::Lost, &[Reason::NotGranted]) {
            let next = match loss.judgement.next {
                Some(n) => format!("; its next call is expected on {}", n.earliest.day()),
                None => String::new(),
            };
            let title = format!("does not hold {}, which it needs{next}", loss.name());
            findings.push(loss.finding(ID, loss.severity(), None, title));
        }
    }
}
