//! `scan --explain`: the whole chain behind a verdict, from rows to remedy.

use super::common::scopecast;

const AS_OF: &str = "2026-09-12";

fn scan(target: &str) -> super::common::Ran {
    scopecast(["scan", "fixtures/workspace", "--as-of", AS_OF, "--explain", target]).run()
}

#[track_caller]
fn explained(target: &str) -> String {
    let ran = scan(target);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.stdout
}

#[test]
fn a_dated_loss_is_told_from_rows_to_remedy() {
    insta::assert_snapshot!(explained("ea3febad/unity-catalog"), @r#"
      token       ea3febadfaeabdcd0c2f102046996def24bd16ec4c3b2b0dd7c9e204a3c9d317
      acts as     b41d90a7-2c6e-4f18-8e53-07c9d1a4e622, in workspace 7405613289041122
      comment     finance: daily positions and quarter close
      life        created 2025-05-30 09:12, 404 logins from 2025-08-08 02:10 to 2026-09-11 02:10, last used on
                    2026-09-11 as the token list says, expires 2027-04-30 09:12
      granted     all-apis
      inferred    jobs
      backfilled  none
      as of       2026-09-12; what came later does not count
      decides     reported RUNNING; a window with dates, still open
      window      enforced 2026-09-20 (from the annotation of this token); less a lag of 0 days (assumed) it ends
                    2026-09-20; less 30 days it starts 2026-08-21
                  start included, end not; open, 8 days to go; its start and end are known to the day only, so
                    uses on those days decide nothing
                  kept whatever happens, since Databricks has inferred it: jobs
      log         6,016 rows of its workspace on 400 days from 2025-08-08 01:05; no gaps
      date        observed 2026-08-21 to 2026-09-20
      date        next call 2026-09-12
      date        reminder mail 2026-09-13
      date        last safe day to act 2026-09-19
      date        enforcement 2026-09-20
      date        revoked if unused 2026-12-10 02:10
      date        expires 2027-04-30 09:12
                  the last safe day is the day before enforcement: a needed scope is not sure to be kept; act
                    before 23:50 UTC, for a change takes up to 10 minutes

    unity-catalog: lost (next-call-after-window), confidence high
      rows        events: 4 firm, 0 refused for want of it, 0 possible; 0 declared needs
                  firm: unityCatalog/updatePermissions, succeeded; link sole, T2 (a login of this token within 10
                    seconds, no other credential near)
                      4 events on 4 days: 2025-10-01, 2026-01-01, 2026-04-01, 2026-07-01
                      agent close-runner/3.2.0 databricks-sdk-py/0.67.0 python/3.11.9 os/linux auth/pat
      catalog     unityCatalog/updatePermissions
                      action      unityCatalog/updatePermissions: api_call, a client called an API that a token
                        may call
                      needs       unity-catalog
                      operation   PATCH /api/2.1/unity-catalog/permissions/{securable_type}/{full_name}
                      confidence  high
                      evidence    operation-page (the documentation page of this operation names the scope)
                      pair        pair-seen (the action was seen in public code or samples)
                      note        SQL on compute writes it too
      window      seen in it by firm uses: no; with possible ones: no
                  last firm use before its start 2026-07-01 02:14, inside none, from its end on none
      cadence     quarterly on the 1st of January, April, July, October, claimed (quarterly): 4 occurrences; 4
                    met, 0 missed, 0 off the rule; jitter 0.0 h; confidence high
      next call   2026-10-01 00:58 to 2026-10-01 03:30, from the cadence
      odds        for a window that nobody has dated, such as that of the next rotation; not for the one above
      observed    starts from the first use, 2025-10-01 02:14, to 30 days before as-of, 2026-08-13: 315.9 days of
                    them can be judged
                  windows that hold no use begin 2025-10-01 02:14 to 2025-12-02 02:14 = 62.0 d; 2026-01-01 02:14
                    to 2026-03-02 02:14 = 60.0 d; 2026-04-01 02:14 to 2026-06-01 02:14 = 61.0 d; 2026-07-01 02:14
                    to 2026-08-13 = 42.9 d
                  225.9 of 315.9 days: 71.5 % of all windows miss it
                  longest stretch of starts that see a use: 2025-12-02 02:14 to 2026-01-01 02:14
      ahead       over the calls the cadence foretells, up to 2028-10-01 02:14: 67.2 % of all windows miss it
                  that at least one of several windows misses it, 1 - (1 - p)^k: 89.2 % in 2, 98.8 % in 4, more
                    than 99.9 % in 12
      safe start  a window that begins 2026-09-01 03:30 to 2026-10-01 00:58 sees the next call
      worst start a window that begins 2026-10-01 02:14 to 2026-12-02 02:14 sees none
      verdict     lost (next-call-after-window), confidence high. Not used in the 30 days that decide so far, and
                    the next call is expected after they end.
                  confidence is the lowest of its best evidence (high) and the window's source (high)
      finding     457166bbe64f0f1d high scope-lost-at-enforcement: loses unity-catalog on 2026-09-20: the window
                    2026-08-21 to 2026-09-20 does not see it; its next call is expected on 2026-10-01
      do          Set the scopes by hand before the window ends, unity-catalog among them.
      or          A harmless read with this token before 2026-09-20, such as `databricks catalogs list` (GET
                    /api/2.1/unity-catalog/catalogs), may be enough to keep unity-catalog. Nobody has verified
                    that Databricks counts it, nor that it keeps more than unity-catalog:read.
      admin runs  databricks api patch /api/2.0/token-management/tokens/ea3febadfaeabdcd0c2f102046996def24bd16ec4c3b2b0dd7c9e204a3c9d317 --json '{"token":{"scopes":["jobs","unity-catalog"]},"update_mask":"scopes"}'
      owner runs  databricks api patch /api/2.0/token/ea3febadfaeabdcd0c2f102046996def24bd16ec4c3b2b0dd7c9e204a3c9d317 --json '{"token":{"scopes":["jobs","unity-catalog"]},"update_mask":"scopes"}'
                  Setting scopes by hand ends auto-scoping for this token for good.
                  A change takes up to 10 minutes to spread: act before a deployment window, not during a failing
                    run.
                  The request replaces the whole list, so the list above names every scope the token needs.
    "#);
}

#[test]
fn odds_are_told_with_every_stretch_that_counts() {
    insta::assert_snapshot!(explained("d32a50e9/unity-catalog"), @r#"
      token       d32a50e995b380dbd9c69d585ac2a52eec9e0acf0efdb29fb590936c5f0a0901
      acts as     c8e25b13-71f4-4d0a-a9b6-3e84f05d7933, in workspace 7405613289041122
      comment     lake maintenance
      life        created 2025-06-19 09:12, 288 logins from 2025-08-08 05:40 to 2026-09-11 05:40, last used on
                    2026-09-11 as the token list says, expires 2027-06-09 09:12
      granted     all-apis
      inferred    none
      backfilled  none
      as of       2026-09-12; what came later does not count
      decides     no state reported; a window nobody has dated: odds instead of a date
      log         6,016 rows of its workspace on 400 days from 2025-08-08 01:05; no gaps
      date        next call 2026-09-14
      date        revoked if unused 2026-12-10 05:40
      date        last safe day to act 2027-06-08
      date        expires 2027-06-09 09:12
                  the last safe day is the day before expiry: calls are expected after it; act before 23:50 UTC,
                    for a change takes up to 10 minutes

    unity-catalog: unknown (window-unknown), confidence medium
      rows        events: 4 firm, 0 refused for want of it, 0 possible; 0 declared needs
                  firm: login cmd/catalogs_create, a login whose agent names it, a call beside it; link row, T0
                    (the row names the token)
                      2 events on 2 days: 2025-08-11, 2026-08-10
                      agent cli/0.265.0 databricks-sdk-go/0.80.0 go/1.24.2 os/linux cmd/catalogs_create
                        interactive/none auth/pat
                  firm: unityCatalog/createCatalog, succeeded; link run, T1 (same command-line run as a login of
                    this token)
                      2 events on 2 days: 2025-08-11, 2026-08-10
                      agent cli/0.265.0 databricks-sdk-go/0.80.0 go/1.24.2 os/linux cmd/catalogs_create
                        interactive/none auth/pat
      catalog     cli/0.265.0 databricks-sdk-go/0.80.0 go/1.24.2 os/linux cmd/catalogs_create interactive/none
                    auth/pat
                      needs       unity-catalog
                      agent       row 'command catalogs'
                      operation   POST /api/2.1/unity-catalog/catalogs (CatalogsAPI.create)
                      confidence  high
                      evidence    package-rule (documentation pages of the same SDK package name the scope)
                      client      a client that may hold a token (auth/pat)
      catalog     unityCatalog/createCatalog
                      action      unityCatalog/createCatalog: api_call, a client called an API that a token may
                        call
                      needs       unity-catalog
                      operation   POST /api/2.1/unity-catalog/catalogs
                      confidence  high
                      evidence    package-rule (documentation pages of the same SDK package name the scope)
                      pair        pair-seen (the action was seen in public code or samples)
                      note        SQL on compute writes it too
      cadence     irregular: 2 occurrences
      odds        its own window is not known, so any start counts as likely as any other
      observed    starts from the first use, 2025-08-11 08:41, to 30 days before as-of, 2026-08-13: 366.6 days of
                    them can be judged
                  windows that hold no use begin 2025-08-11 08:41 to 2026-07-11 08:41 = 334.0 d; 2026-08-10 08:41
                    to 2026-08-13 = 2.6 d
                  336.6 of 366.6 days: 91.8 % of all windows miss it
                  longest stretch of starts that see a use: 2026-07-11 08:41 to 2026-08-10 08:41
                  since the history began: 91.0 % of all windows miss it
      verdict     unknown (window-unknown), confidence medium. Nobody has told which 30 days decide for this
                    token: name its enforcement date to get an answer.
                  confidence is the lowest of its best evidence (high) and the window's source (none)
      finding     9a9caa0a9984020c medium scope-at-risk: unity-catalog is missed by 91.8 % of all 30-day windows;
                    its own window is not known
      do          Find the enforcement date (Databricks' reminder mail, or the token's page) and give it with
                    --enforced-on or in the annotations; or set the scopes by hand, unity-catalog among them.
      or          A harmless read with this token at least every 29 days, such as `databricks catalogs list` (GET
                    /api/2.1/unity-catalog/catalogs), may be enough to keep unity-catalog. Nobody has verified
                    that Databricks counts it, nor that it keeps more than unity-catalog:read.
      admin runs  databricks api patch /api/2.0/token-management/tokens/d32a50e995b380dbd9c69d585ac2a52eec9e0acf0efdb29fb590936c5f0a0901 --json '{"token":{"scopes":["jobs","unity-catalog"]},"update_mask":"scopes"}'
      owner runs  databricks api patch /api/2.0/token/d32a50e995b380dbd9c69d585ac2a52eec9e0acf0efdb29fb590936c5f0a0901 --json '{"token":{"scopes":["jobs","unity-catalog"]},"update_mask":"scopes"}'
                  Setting scopes by hand ends auto-scoping for this token for good.
                  A change takes up to 10 minutes to spread: act before a deployment window, not during a failing
                    run.
                  The request replaces the whole list, so the list above names every scope the token needs.
    "#);
}

#[test]
fn a_whole_token_has_all_its_scopes_and_a_gone_one_says_why() {
    let whole = explained("ea3febad");
    for words in ["\njobs: kept", "\nunity-catalog: lost", "\nThe token as a whole"] {
        assert!(whole.contains(words), "{words}\n{whole}");
    }
    let gone = explained("ff46266e");
    assert!(gone.contains("it can lose nothing more, so it is not judged"), "{gone}");
}

#[test]
fn what_matches_nothing_or_several_is_told_with_a_remedy() {
    for (target, words) in [
        ("zzz", "no token's id starts so"),
        ("", "no token's id starts so"),
        ("ea3febad/nosuch", "It has jobs, unity-catalog"),
        ("e", "Give more of the id"),
    ] {
        let ran = scan(target);
        assert_eq!(ran.code, 2, "{target}: {}", ran.stdout);
        assert!(ran.stderr.contains(words), "{target}: {}", ran.stderr);
    }
}
