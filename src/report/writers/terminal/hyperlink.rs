//! Text that a terminal opens on a click (OSC 8), where it is known to understand that.

use std::path::Path;

/// Whether the terminal shows links, as far as its environment tells. One that does not may print them as garbage, so that
/// an unknown one gets none.
pub(crate) fn is_understood(variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| variable(name).is_some_and(|v| !v.is_empty());
    if let Some(forced) = variable("FORCE_HYPERLINK") {
        return forced != "0";
    }
    let is_known = variable("TERM_PROGRAM").is_some_and(|p| {
        matches!(p.as_str(), "iTerm.app" | "WezTerm" | "vscode" | "ghostty" | "Hyper" | "Tabby")
    });
    let vte = variable("VTE_VERSION").and_then(|v| v.parse::<u32>().ok()).is_some_and(|v| v >= 5000);
    let term = variable("TERM").is_some_and(|t| {
        ["xterm-kitty", "alacritty", "foot", "xterm-ghostty", "contour"]
            .iter()
            .any(|known| t.starts_with(known))
    });
    is_known || vte || term || set("WT_SESSION") || set("KONSOLE_VERSION") || set("DOMTERM")
}

/// `text` as a link to a file, which must be absolute.
pub(crate) fn to_file(path: &Path, text: &str) -> String {
    let mut uri = String::from("file://");
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                uri.push(byte as char)
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    to(&uri, text)
}

/// `text` as a link; the address must be plain.
pub(crate) fn to(address: &str, text: &str) -> String {
    format!("\u{1b}]8;;{address}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(given: &'static [(&'static str, &'static str)]) -> bool {
        is_understood(|name| given.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn only_terminals_that_are_known_get_links() {
        assert!(
            with(&[("VTE_VERSION", "7600")])
                && with(&[("TERM", "xterm-kitty")])
                && with(&[("WT_SESSION", "x")])
        );
        assert!(!with(&[]) && !with(&[("TERM", "xterm-256color")]) && !with(&[("VTE_VERSION", "4200")]));
        assert!(
            !with(&[("VTE_VERSION", "7600"), ("FORCE_HYPERLINK", "0")]) && with(&[("FORCE_HYPERLINK", "1")])
        );
    }

    #[test]
    fn a_path_cannot_end_the_link() {
        let link = to_file(Path::new("/a b/\u{1b}\\x"), "x");
        assert_eq!(link, "\u{1b}]8;;file:///a%20b/%1B%5Cx\u{1b}\\x\u{1b}]8;;\u{1b}\\");
    }
}
