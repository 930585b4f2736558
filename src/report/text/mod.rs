//! The sections of a report in sentences, the same in every format.

pub mod calibration_text;
pub mod comparison_text;
pub mod coverage_text;
pub mod cross_check_text;
pub mod declarations;
pub mod headline;
pub mod inspect_text;
pub mod lineage_text;
pub mod replay_text;
pub mod section;
pub mod token_text;
pub mod verify_text;
