//! Questions put to assessed tokens: what replays, comparisons, calibrations and inspections answer.

pub mod calibrate;
pub mod compare;
pub mod coverage;
pub mod cross_check;
pub mod inspect;
pub mod joins;
pub mod previous_report;
pub mod replay;
pub mod verify;
