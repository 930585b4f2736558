//! The rules and their registry. A rule is one file: its id, its words, what it looks for, and an example that fires.
//!
//! To add one: its file, its id in `rule_id.rs`, and its two lines here. The tests below fail if a line is missing.

mod account_level_use;
mod annotation_contradicted;
mod annotation_expired;
mod annotation_unmatched;
mod authentication_scope;
mod declared_need_unseen;
mod expiry_before_need;
mod inactivity_revocation;
mod lifetime_over_limit;
mod log_gap;
mod loss;
mod needs_all_apis;
mod platform_missed_scope;
mod scope_at_risk;
mod scope_denied;
mod scope_lost_at_enforcement;
mod scope_missing_now;
mod shared_principal;
mod short_history;
mod stale_token;
mod token_sprawl;
mod unused_scope;

use super::assessment::Assessment;
use super::finding::Finding;
use super::rule_id::RuleId;

/// One check of everything that was assessed.
pub(crate) trait Rule: Sync {
    /// Its id and what people call it.
    fn text(&self) -> RuleText;
    /// Adds its findings; those of the rules before it are there.
    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>);
    /// Whether it finds a scope that is lost, or may be. The revocation of an idle token replaces such findings.
    fn is_loss(&self) -> bool {
        false
    }
    /// Whether calls of the token are refused already, when it finds something of high severity.
    fn is_refused_already(&self) -> bool {
        false
    }
    /// Whether its findings are about the annotations file itself.
    fn is_about_annotations(&self) -> bool {
        false
    }
}

/// The words of a rule that do not depend on a finding.
#[derive(Clone, Copy, Debug)]
pub struct RuleText {
    pub id: RuleId,
    /// What it finds, in a few words for one finding.
    pub one: &'static str,
    pub several: &'static str,
    /// The same as a sentence without a full stop.
    pub summary: &'static str,
}

/// Makes the registry, and a test of each rule from the example in its file.
macro_rules! register {
    ($($module:ident::$rule:ident,)*) => {
        /// Every rule, in the order in which they run.
        pub(crate) const RULES: &[&dyn Rule] = &[$(&$module::$rule,)*];

        impl RuleId {
            /// The rule with this id.
            pub(crate) fn rule(self) -> &'static dyn Rule {
                match self {
                    $(Self::$rule => &$module::$rule,)*
                }
            }
        }

        #[cfg(test)]
        mod examples {
            pub(super) const REGISTERED: &[&str] = &[$(stringify!($module),)*];

            $(
                #[test]
                fn $module() {
                    super::$module::example().check(super::RuleId::$rule);
                }
            )*
        }
    };
}

register! {
    scope_lost_at_enforcement::ScopeLostAtEnforcement,
    scope_at_risk::ScopeAtRisk,
    scope_missing_now::ScopeMissingNow,
    platform_missed_scope::PlatformMissedScope,
    scope_denied::ScopeDenied,
    needs_all_apis::NeedsAllApis,
    inactivity_revocation::InactivityRevocation,
    expiry_before_need::ExpiryBeforeNeed,
    lifetime_over_limit::LifetimeOverLimit,
    authentication_scope::AuthenticationScope,
    account_level_use::AccountLevelUse,
    shared_principal::SharedPrincipal,
    unused_scope::UnusedScope,
    token_sprawl::TokenSprawl,
    stale_token::StaleToken,
    short_history::ShortHistory,
    log_gap::LogGap,
    // Last, for they look at what the others found.
    declared_need_unseen::DeclaredNeedUnseen,
    annotation_contradicted::AnnotationContradicted,
    annotation_unmatched::AnnotationUnmatched,
    annotation_expired::AnnotationExpired,
}

impl RuleId {
    /// See [`Rule::text`].
    pub fn text(self) -> RuleText {
        self.rule().text()
    }

    /// See [`Rule::is_loss`].
    pub fn is_loss(self) -> bool {
        self.rule().is_loss()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator;

    #[test]
    fn every_file_of_the_folder_is_registered() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/assess/rules");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .filter_map(|entry| entry.unwrap().path().file_stem()?.to_str().map(str::to_owned))
            .filter(|name| !matches!(name.as_str(), "mod" | "loss"))
            .collect();
        files.sort();
        let mut registered = examples::REGISTERED.to_vec();
        registered.sort_unstable();
        assert_eq!(files, registered, "a file of rules/ without its line in register!");
    }

    #[test]
    fn ids_come_in_the_order_of_the_registry_and_are_those_of_the_files() {
        assert_eq!(RuleId::iter().collect::<Vec<_>>(), RULES.iter().map(|r| r.text().id).collect::<Vec<_>>());
        for (id, file) in RuleId::iter().zip(examples::REGISTERED) {
            assert_eq!(id.name().replace('-', "_"), *file);
            assert_eq!(serde_json::to_value(id).unwrap(), id.name());
        }
    }
}
