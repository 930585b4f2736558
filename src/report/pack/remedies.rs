//! Remedies as files: the body of one request per token, one for the way back, and two scripts that send them.
//!
//! The scripts hold no foreign text at all: they take workspace and token from file names, and only ids of harmless
//! characters become file names.

use super::super::escape::{self, visible};
use super::super::model::Report;
use crate::assess::Remedy;
use crate::support::format::count;
use serde_json::json;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

const APPLY: &str = include_str!("apply.sh");
const FOLDER: &str = "remedies";

/// Name and content of each file; empty when there is no remedy.
pub(super) fn files(report: &Report) -> Vec<(String, String)> {
    let mut remedies: BTreeMap<(&str, &str), &Remedy> = BTreeMap::new();
    for finding in &report.findings {
        if let (Some(token), Some(remedy)) = (&finding.token_id, &finding.remedy) {
            remedies.entry((&finding.workspace_id, token)).or_insert(remedy);
        }
    }
    let all = remedies.len();
    remedies.retain(|(workspace, token), _| is_harmless(workspace) && is_harmless(token));
    let mut files = Vec::new();
    if remedies.len() < all {
        files.push((format!("{FOLDER}/LEFT-OUT.txt"), left_out((all - remedies.len()) as u64)));
    }
    if remedies.is_empty() {
        return files;
    }
    files.push((format!("{FOLDER}/apply.sh"), APPLY.to_owned()));
    files.push((format!("{FOLDER}/undo.sh"), undo()));
    for ((workspace, token), remedy) in remedies {
        files.push((format!("{FOLDER}/{workspace}/{token}.json"), body(&remedy.scopes)));
        if let Some(line) = &remedy.terraform {
            files.push((format!("{FOLDER}/{workspace}/{token}.tf"), fragment(line)));
        }
        if let Some(previous) = &remedy.previous {
            files.push((format!("{FOLDER}/{workspace}/{token}.undo.json"), body(previous)));
        }
    }
    files
}

fn body(scopes: &[String]) -> String {
    let body = json!({"token": {"scopes": scopes}, "update_mask": "scopes"});
    escape::json(&format!("{body:#}\n")).into_owned()
}

fn left_out(n: u64) -> String {
    format!(
        "{} ids that cannot be file names. Their requests are not in this folder; report.json has them.\n",
        count(n, "token has a workspace or token id among", "tokens have workspace or token ids among")
    )
}

/// What goes into the resource that makes the token. Names of resources are not in the logs.
fn fragment(line: &str) -> String {
    format!(
        "# Terraform calls with this token. If Terraform also made it, put this line into the resource that makes it (such as\n\
         # databricks_obo_token) and leave the request beside this file alone: a change of scopes makes a new token with a new\n\
         # observation window, and whatever holds the old one must get the new one.\n{}\n",
        visible(line)
    )
}

/// The same script, which sends the lists before.
fn undo() -> String {
    let about =
        "# Sets the scopes of tokens of one workspace back to the lists they had, where those were known.";
    let mut lines: Vec<&str> = APPLY.lines().collect();
    if let Some(line) = lines.get_mut(1) {
        *line = about;
    }
    let mut text =
        lines.join("\n").replace("./apply.sh", "./undo.sh").replace("suffix=json", "suffix=undo.json");
    text.push('\n');
    text
}

fn is_harmless(id: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    !id.is_empty() && id.len() <= 128 && !id.starts_with('-') && id.bytes().all(fits)
}

/// Lets the scripts be run by name.
#[cfg(unix)]
pub(super) fn make_executable(root: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    for name in ["apply.sh", "undo.sh"] {
        let path = root.join(FOLDER).join(name);
        if path.exists() {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))?;
        }
    }
    Ok(())
}

/// Lets the scripts be run by name.
#[cfg(not(unix))]
pub(super) fn make_executable(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::super::sample;
    use super::*;
    use std::process::Command;

    fn written() -> (tempfile::TempDir, std::path::PathBuf) {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("pack");
        super::super::write(&sample::report(), &dir).unwrap();
        (root, dir.join(FOLDER))
    }

    #[test]
    fn a_dry_run_shows_the_whole_list_and_the_way_back() {
        let (_root, dir) = written();
        let run = |script: &str, args: &[&str]| {
            let out = Command::new(dir.join(script)).args(args).output().unwrap();
            assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
            String::from_utf8(out.stdout).unwrap()
        };
        let token = format!("{:0<64}", "3aec012e");
        let apply = run("apply.sh", &["7001", &token]);
        assert!(apply.contains(&format!("would send PATCH /api/2.0/token-management/tokens/{token}")));
        assert!(["jobs", "pipelines", "sql"].iter().all(|s| apply.contains(s)));
        assert!(!run("undo.sh", &["7001", &token]).contains("\"sql\""));
        assert_eq!(
            run("apply.sh", &["--owner", "7001"]).matches("would send PATCH /api/2.0/token/").count(),
            3
        );
        assert_eq!(run("undo.sh", &["7001"]).matches("would send").count(), 1);
        // What Terraform may have made is changed only when named.
        assert!(run("apply.sh", &["7001"]).contains("left out 293fa3d2"));
        let named = run("apply.sh", &["7001", &format!("{:0<64}", "293fa3d2")]);
        assert!(named.contains("would send") && named.contains("\"secrets\""));
        let fragment =
            std::fs::read_to_string(dir.join("7001").join(format!("{:0<64}.tf", "293fa3d2"))).unwrap();
        assert!(fragment.ends_with("\nscopes = [\"clusters\", \"jobs\", \"secrets\"]\n"));
    }

    #[test]
    fn hostile_ids_become_no_file_names() {
        assert!(
            files(&sample::report())
                .iter()
                .all(|(name, _)| name.is_ascii() && !name.contains(['<', ' ', '$']))
        );
        assert!(!is_harmless("../x") && !is_harmless("-rf") && !is_harmless("") && is_harmless("5f1c-a_9"));
    }

    #[test]
    fn shellcheck_has_nothing_to_say() {
        let (_root, dir) = written();
        for script in ["apply.sh", "undo.sh"] {
            // Not everybody has it; the checks of this repository do.
            if let Ok(out) = Command::new("shellcheck").arg(dir.join(script)).output() {
                assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
            }
        }
    }
}
