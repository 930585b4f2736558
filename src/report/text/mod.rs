//! The sections of a report in sentences, the same in every format.

pub(crate) mod calibration_text;
pub(crate) mod comparison_text;
pub(crate) mod coverage_text;
pub(crate) mod cross_check_text;
pub(crate) mod declarations;
pub(crate) mod headline;
pub(crate) mod inspect_text;
pub(crate) mod lineage_text;
pub(crate) mod replay_text;
pub(crate) mod section;
pub(crate) mod token_text;
pub(crate) mod verify_text;
