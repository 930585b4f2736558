//! A command line to run, and what came out of it.

use assert_cmd::Command;
use std::path::{Path, PathBuf};

/// A run of the binary, in the project's folder, with nothing of the caller's environment that could change its output.
pub(crate) struct Scopecast {
    command: Command,
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

/// Starts a command line.
pub(crate) fn scopecast<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Scopecast {
    let mut command = Command::cargo_bin("scopecast").expect("the binary is built");
    command.env_clear().env("NO_COLOR", "1").env("COLUMNS", "100").env("TZ", "UTC").env("LC_ALL", "C");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args);
    Scopecast { command }
}

#[allow(dead_code, reason = "a vocabulary for all modules; not each uses every word")]
impl Scopecast {
    /// One more argument.
    pub(crate) fn arg(mut self, arg: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// Runs in another folder.
    pub(crate) fn in_folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Feeds standard input.
    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.command.write_stdin(bytes);
        self
    }

    /// Runs it, whatever its exit code.
    pub(crate) fn run(mut self) -> Ran {
        let output = self.command.output().expect("the binary runs");
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("output is UTF-8");
        Ran {
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            code: output.status.code().expect("no signal ended it"),
        }
    }

    /// Runs it, expects this exit code, and gives standard output.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> String {
        let ran = self.run();
        assert_eq!(ran.code, code, "stdout:\n{}\nstderr:\n{}", ran.stdout, ran.stderr);
        ran.stdout
    }
}

/// A file or folder of `fixtures/`.
#[allow(dead_code, reason = "a vocabulary for all modules; not each uses every word")]
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}
