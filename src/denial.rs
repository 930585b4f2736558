//! STUB
pub struct Denial<'a> {
    pub scopes: Vec<&'a str>,
}
pub fn scopes_named(m: &str) -> Option<Denial<'_>> {
    m.split_once("required scopes: ").map(|(_, s)| Denial { scopes: vec![s] })
}
