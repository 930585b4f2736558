//! One program for all targets: `SCOPECAST_TARGET` names the one to feed.
#![no_main]

use std::sync::LazyLock;

static TARGET: LazyLock<String> = LazyLock::new(|| {
    // The fuzzer ends at every panic, even at one that is caught.
    scopecast::internals::catch_panic::mute();
    std::env::var("SCOPECAST_TARGET").unwrap_or_default()
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| scopecast_fuzz::run(&TARGET, bytes));
