//! Progress by bytes. The library prints nothing itself; a caller passes its own [`Progress`].

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Is called with the progress of reading.
pub trait Progress: Sync {
    /// Called before anything is read, with the total of bytes on disk.
    fn start(&self, bytes: u64) {
        let _ = bytes;
    }

    /// `bytes` more bytes on disk were read.
    fn advance(&self, bytes: u64) {
        let _ = bytes;
    }

    /// Called when everything was read.
    fn finish(&self) {}
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {}

/// A bar on standard error if that is a terminal.
#[derive(Debug)]
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar that appears when reading starts.
    pub fn new() -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(5));
        if let Ok(style) =
            ProgressStyle::with_template("{bar:32} {bytes}/{total_bytes} {binary_bytes_per_sec} {eta}")
        {
            bar.set_style(style);
        }
        Self(bar)
    }
}

impl Default for Bar {
    fn default() -> Self {
        Self::new()
    }
}

impl Progress for Bar {
    fn start(&self, bytes: u64) {
        self.0.set_length(bytes);
    }

    fn advance(&self, bytes: u64) {
        self.0.inc(bytes);
    }

    fn finish(&self) {
        self.0.finish_and_clear();
    }
}
