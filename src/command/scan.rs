//! `scopecast scan`
