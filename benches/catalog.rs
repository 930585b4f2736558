//! Lookup in the catalog: the time per path, action and agent, each once per distinct value of a log.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use scopecast::internals::catalog::Catalog;

fn main() {
    divan::main();
}

/// One path per operation, with ids where its template has variables.
fn paths() -> Vec<(&'static str, String)> {
    let rows = Catalog::builtin().operations().iter();
    rows.map(|row| {
        let mut path = String::from("https://dbc-1.cloud.databricks.com");
        let mut in_variable = false;
        for c in row.template.chars() {
            match c {
                '{' => {
                    in_variable = true;
                    path.push_str("4711");
                }
                '}' => in_variable = false,
                c if !in_variable => path.push(c),
                _ => {}
            }
        }
        path.push_str("?limit=20");
        (row.method.as_str(), path)
    })
    .collect()
}

#[divan::bench]
fn operation(bencher: Bencher<'_, '_>) {
    let catalog = Catalog::builtin();
    let paths = paths();
    bencher.counter(ItemsCount::new(paths.len())).bench_local(|| {
        paths
            .iter()
            .filter(|(method, path)| catalog.operation(black_box(method), black_box(path)).is_some())
            .count()
    });
}

#[divan::bench]
fn action(bencher: Bencher<'_, '_>) {
    let catalog = Catalog::builtin();
    let pairs: Vec<_> = catalog.actions().iter().map(|a| (&*a.service, &*a.action)).collect();
    bencher.counter(ItemsCount::new(pairs.len())).bench_local(|| {
        pairs
            .iter()
            .filter(|(service, action)| catalog.action(black_box(service), black_box(action)).is_some())
            .count()
    });
}

#[divan::bench]
fn agent(bencher: Bencher<'_, '_>) {
    let agents = [
        "cli/0.298.0 databricks-sdk-go/0.99.0 go/1.25.1 os/linux cmd/jobs_list interactive/none auth/pat",
        "databricks-tf-provider/1.90.0 databricks-sdk-go/0.80.0 terraform/1.9 sdk/sdkv2 resource/pipeline auth/pat",
        "PyDatabricksSqlConnector/4.9.0 (dbt-databricks/1.10.1)",
        "unknown/0.0.0 databricks-sdk-py/0.60.0 python/3.12 os/linux auth/pat",
    ];
    let catalog = Catalog::builtin();
    bencher
        .counter(ItemsCount::new(agents.len()))
        .bench_local(|| agents.iter().filter(|agent| catalog.agent(black_box(agent)).is_some()).count());
}
