//! Rules on the tests of servers: that they are there, that they run, and that they say something.

mod golden_test;
mod ignored_test;
mod test_without_assertions;
mod untested_tool;

use syn::ItemFn;

use crate::check::rule::Rule;

/// The rules of this family, in the order of their ids.
pub const RULES: &[&Rule] =
    &[&untested_tool::RULE, &golden_test::RULE, &test_without_assertions::RULE, &ignored_test::RULE];

/// Whether a test is passed over, unless a platform alone is the reason.
fn is_ignored(function: &ItemFn) -> bool {
    function.attrs.iter().any(|attr| {
        if attr.path().is_ident("ignore") {
            return true;
        }
        let syn::Meta::List(list) = &attr.meta else { return false };
        attr.path().is_ident("cfg_attr") && ignores_everywhere(list.tokens.clone())
    })
}

/// Whether what is in `cfg_attr(…)` passes a test over on other grounds than where it runs.
fn ignores_everywhere(tokens: proc_macro2::TokenStream) -> bool {
    const PLATFORMS: &[&str] = &["miri", "windows", "unix", "target_os", "target_arch", "target_env", "target_family"];
    let mut names = Vec::new();
    words(tokens, &mut names);
    names.iter().any(|name| name == "ignore") && !names.iter().any(|name| PLATFORMS.contains(&name.as_str()))
}

fn words(tokens: proc_macro2::TokenStream, out: &mut Vec<String>) {
    for token in tokens {
        match token {
            proc_macro2::TokenTree::Ident(name) => out.push(name.to_string()),
            proc_macro2::TokenTree::Group(group) => words(group.stream(), out),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_ignored_in_more_than_one_way() {
        let is_ignored = |attr: &str| is_ignored(&syn::parse_str(&format!("{attr} fn f() {{}}")).unwrap());
        for ignored in ["#[ignore]", "#[ignore = \"slow\"]", "#[cfg_attr(all(), ignore)]", "#[cfg_attr(test, ignore)]"]
        {
            assert!(is_ignored(ignored), "{ignored}");
        }
        for run in ["#[test]", "#[cfg_attr(miri, ignore)]", "#[cfg_attr(windows, ignore)]", "#[cfg_attr(test, test)]"] {
            assert!(!is_ignored(run), "{run}");
        }
    }
}
