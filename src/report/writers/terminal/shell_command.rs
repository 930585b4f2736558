//! A shell command -> lines that fit, broken where the shell reads on: between words, and after commas in quoted JSON.

/// The command on lines of at most `width` characters, wherever no single word is longer.
pub(super) fn wrapped(command: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in words(command) {
        let indent = if lines.is_empty() { 0 } else { 2 };
        let taken = line.chars().count();
        let fits = taken + 1 + word.chars().count() + 2 <= width;
        if taken > indent && !fits {
            lines.push(format!("{line} \\"));
            line = "  ".into();
        } else if taken > indent {
            line.push(' ');
        }
        for (n, piece) in pieces(&word, width, line.chars().count()).into_iter().enumerate() {
            if n > 0 {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(&piece);
        }
    }
    lines.push(line);
    lines
}

/// Words as a shell sees them, quotes kept.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    let mut escaped = false;
    for c in command.chars() {
        match (quote, c) {
            (None, ' ' | '\n') if !escaped => {
                if words.last().is_some_and(|w| !w.is_empty()) {
                    words.push(String::new());
                }
                continue;
            }
            (None, '\'' | '"') if !escaped => quote = Some(c),
            (Some(open), _) if open == c && !escaped => quote = None,
            _ => {}
        }
        escaped = c == '\\' && quote != Some('\'') && !escaped;
        if let Some(word) = words.last_mut() {
            word.push(c);
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

/// A quoted JSON object too long for the line, cut after its commas: there a line end means nothing.
fn pieces(word: &str, width: usize, taken: usize) -> Vec<String> {
    if taken + word.chars().count() <= width || !word.starts_with("'{") {
        return vec![word.to_owned()];
    }
    let mut pieces = vec![String::new()];
    let mut room = width.saturating_sub(taken);
    for part in word.split_inclusive(',') {
        let length = part.chars().count();
        match pieces.last_mut() {
            Some(last) if last.chars().count() + length <= room || last.is_empty() => last.push_str(part),
            _ => {
                room = width;
                pieces.push(part.to_owned());
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_command_is_broken_where_a_shell_reads_on() {
        let command = r#"databricks api patch /api/2.0/token/abc --json '{"token":{"scopes":["jobs","sql","unity-catalog"]},"update_mask":"scopes"}'"#;
        let lines = wrapped(command, 50);
        insta::assert_snapshot!(lines.join("\n"), @r#"
        databricks api patch /api/2.0/token/abc --json \
          '{"token":{"scopes":["jobs","sql",
        "unity-catalog"]},"update_mask":"scopes"}'
        "#);
        assert!(lines.iter().all(|l| l.chars().count() <= 50));
        assert_eq!(wrapped("short one", 50), ["short one"]);
    }

    #[test]
    fn a_shell_reads_the_same_words() {
        let given =
            r#"printf '%s|' one 'two  {"a":1,"b":2}' "three four" '{"scopes":["a","b","c","d"],"x":"y"}'"#;
        let run = |script: &str| {
            let out = std::process::Command::new("sh").args(["-c", script]).output().unwrap();
            String::from_utf8(out.stdout).unwrap().replace('\n', "")
        };
        let wrapped = wrapped(given, 24).join("\n");
        assert!(wrapped.lines().count() > 3);
        assert_eq!(run(&wrapped), run(given));
    }
}
